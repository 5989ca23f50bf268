#include "stats/effects/effect_sizes.h"

#include "engine/calc/interval_level.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/proportion_inputs.h"
#include "stats/proportions/ratio_closed_form.h"

namespace converge::calc {
namespace {

Result<Value> cohen_d_hedges_g(Inputs inputs) {
  const stats::Sample a{.n = inputs.count("n_a"),
                        .mean = inputs.number("mean_a"),
                        .variance = inputs.number("var_a")};
  const stats::Sample b{.n = inputs.count("n_b"),
                        .mean = inputs.number("mean_b"),
                        .variance = inputs.number("var_b")};
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto effect = stats::standardised_difference(a, b, {.alpha = level.alpha});
  if (!effect) return effect.error();
  return Value::object({{"cohen_d", figure(effect->cohen_d)},
                        {"hedges_g_approx_correction", figure(effect->hedges_g)},
                        {"var_g", figure(effect->variance_g)},
                        {"hedges_g_" + level.name, bounds(effect->interval_g)},
                        {"prob_superiority", figure(effect->probability_of_superiority)}});
}

Value shape_of(const stats::NumberNeededToTreat& nnt) {
  return Value::string(nnt.shape == stats::NumberNeededToTreat::Shape::kTwoRays ? "two_rays"
                                                                                : "interval");
}

/// [first, second], or [["-inf", first], [second, "inf"]] for two rays.
Value bounds_of(const stats::NumberNeededToTreat& nnt) {
  if (nnt.shape == stats::NumberNeededToTreat::Shape::kInterval) {
    return Value::array({figure(nnt.first), figure(nnt.second)});
  }
  return Value::array({Value::array({Value::string("-inf"), figure(nnt.first)}),
                       Value::array({figure(nnt.second), Value::string("inf")})});
}

/// A count of 0 leaves a ratio undefined: half a unit is then added, for display, and said so.
Result<Value> odds_ratio_relative_risk(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const stats::BinomialCount& a = arms.a;
  const stats::BinomialCount& b = arms.b;
  const auto nnt = stats::number_needed_to_treat(a, b, {.alpha = level.alpha});
  if (!nnt) return nnt.error();
  const auto h = stats::cohen_h(a, b);
  if (!h) return h.error();
  const bool ratio_needs_half = a.successes == 0 || b.successes == 0;
  const bool odds_need_half =
      ratio_needs_half || a.successes == a.trials || b.successes == b.trials;
  const stats::ProportionComparisonOptions options{.alpha = level.alpha};
  const auto odds_ratio = odds_need_half ? stats::logit_odds_ratio_adjusted(a, b, options)
                                         : stats::logit_odds_ratio(a, b, options);
  const auto risk_ratio =
      ratio_needs_half ? stats::log_ratio_adjusted(a, b, options) : stats::log_ratio(a, b, options);
  if (!odds_ratio) return odds_ratio.error();
  if (!risk_ratio) return risk_ratio.error();
  return Value::object({{"odds_ratio", figure(odds_ratio->estimate)},
                        {"log_or_se", figure(odds_ratio->log_standard_error)},
                        {"or_" + level.name, bounds(odds_ratio->interval)},
                        {"or_half_added", Value::boolean(odds_need_half)},
                        {"risk_ratio", figure(risk_ratio->estimate)},
                        {"log_rr_se", figure(risk_ratio->log_standard_error)},
                        {"rr_" + level.name, bounds(risk_ratio->interval)},
                        {"rr_half_added", Value::boolean(ratio_needs_half)},
                        {"cohen_h", figure(*h)},
                        {"risk_difference", figure(stats::share_difference(a, b))},
                        {"nnt", figure(nnt->estimate)},
                        {"nnt_shape", shape_of(*nnt)},
                        {"nnt_" + level.name, bounds_of(*nnt)}});
}

constexpr Method kMethods[] = {
    {"cohen_d_hedges_g", "standardised difference of two means", cohen_d_hedges_g},
    {"odds_ratio_relative_risk",
     "effect sizes of two proportions: odds ratio, risk ratio and difference, h, NNT",
     odds_ratio_relative_risk},
};

}  // namespace

std::span<const Method> effect_size_methods() {
  return kMethods;
}

}  // namespace converge::calc
