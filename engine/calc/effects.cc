#include <algorithm>
#include <array>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/effects/heterogeneity.h"
#include "stats/effects/lift_prior.h"
#include "stats/effects/random_effects.h"
#include "stats/effects/shrinkage.h"
#include "stats/effects/winners_curse.h"

namespace converge::calc {
namespace {

constexpr double kAlpha = 0.05;  // of every interval here whose request names no alpha

using Effects = std::vector<stats::MeasuredEffect>;

Effects read_effects(Inputs& inputs) {
  const std::vector<double> effect = inputs.numbers("effect");
  const std::vector<double> variance = inputs.numbers("variance");
  if (effect.size() != variance.size()) inputs.refuse("variance", "one per effect");
  Effects effects;
  for (std::size_t i = 0; i < std::min(effect.size(), variance.size()); ++i) {
    effects.push_back({effect[i], variance[i]});
  }
  return effects;
}

Value pooled_figures(const stats::PooledEffect& pooled) {
  return Value::object({{"I2", figure(pooled.i_squared)},
                        {"Q", figure(pooled.q)},
                        {"ci", bounds(pooled.interval)},
                        {"estimate", figure(pooled.estimate)},
                        {"p", figure(pooled.p)},
                        {"se", figure(pooled.standard_error)},
                        {"tau2", figure(pooled.tau_squared)}});
}

Value blup_figures(const std::vector<stats::ShrunkEffect>& shrunk) {
  std::vector<double> estimates;
  std::vector<double> errors;
  for (const stats::ShrunkEffect& one : shrunk) {
    estimates.push_back(one.estimate);
    errors.push_back(one.standard_error);
  }
  return Value::object({{"pred", figures(estimates)}, {"se", figures(errors)}});
}

Result<Value> meta_analysis(Inputs inputs, const stats::BetweenVarianceTolerance& tolerance) {
  struct Named {
    const char* name;
    stats::BetweenVariance method;
  };
  static constexpr std::array<Named, 4> kEstimators{
      {{"FE", stats::BetweenVariance::kNone},
       {"DL", stats::BetweenVariance::kDerSimonianLaird},
       {"REML", stats::BetweenVariance::kReml},
       {"PM", stats::BetweenVariance::kPauleMandel}}};
  const Effects effects = read_effects(inputs);
  const double alpha = inputs.number_or("alpha", kAlpha);
  if (const Status read = inputs.status(); !read) return read.error();
  Value::Object outputs;
  for (const Named& one : kEstimators) {
    const auto tau_squared = stats::between_variance(effects, one.method, tolerance);
    if (!tau_squared) return tau_squared.error();
    const auto pooled = stats::pooled_effect(effects, *tau_squared, alpha);
    if (!pooled) return pooled.error();
    outputs.emplace_back(one.name, pooled_figures(*pooled));
    if (one.method != stats::BetweenVariance::kDerSimonianLaird) continue;
    const auto shrunk = stats::shrunk_effects(effects, *tau_squared, alpha);
    if (!shrunk) return shrunk.error();
    outputs.emplace_back("DL_blup", blup_figures(*shrunk));
    const auto hartung = stats::pooled_effect_knapp_hartung(effects, *tau_squared, alpha);
    outputs.emplace_back("DL_knapp_hartung", hartung ? pooled_figures(*hartung) : Value());
  }
  return Value::object(std::move(outputs));
}

Result<Value> random_effects_and_shrinkage(Inputs inputs) {
  return meta_analysis(std::move(inputs), stats::kMetaforTolerance);
}
Result<Value> random_effects(Inputs inputs) {
  return meta_analysis(std::move(inputs), stats::kExactTolerance);
}

Result<Value> heterogeneity(Inputs inputs) {
  const Effects effects = read_effects(inputs);
  const double alpha = inputs.number_or("alpha", kAlpha);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto result = stats::heterogeneity(effects, alpha);
  if (!result) return result.error();
  Value::Array segments;
  for (const stats::SegmentEffect& segment : result->segments) {
    segments.push_back(Value::object({{"adjusted_p", figure(segment.p_adjusted)},
                                      {"ci", bounds(segment.shrunk.interval)},
                                      {"estimate", figure(segment.shrunk.estimate)},
                                      {"p_from_rest", figure(segment.p_from_rest)},
                                      {"se", figure(segment.shrunk.standard_error)},
                                      {"z_from_rest", figure(segment.z_from_rest)}}));
  }
  return Value::object({{"I2", figure(result->i_squared)},
                        {"Q", figure(result->q)},
                        {"df", figure(result->dof)},
                        {"p_value", figure(result->p)},
                        {"pooled", pooled_figures(result->pooled)},
                        {"segments", Value::array(std::move(segments))},
                        {"tau2", figure(result->tau_squared)}});
}

Result<Value> shrink_to_prior(Inputs inputs) {
  const stats::MeasuredEffect effect{.effect = inputs.number("effect"),
                                     .variance = inputs.number("variance")};
  const stats::LiftPrior prior{.mean = inputs.number("prior_mean"),
                               .standard_deviation = inputs.number("prior_sd")};
  const double alpha = inputs.number_or("alpha", kAlpha);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto shrunk = stats::shrunk_effect(effect, prior, alpha);
  if (!shrunk) return shrunk.error();
  return Value::object({{"ci", bounds(shrunk->interval)},
                        {"estimate", figure(shrunk->estimate)},
                        {"se", figure(shrunk->standard_error)},
                        {"weight_of_prior", figure(shrunk->weight_of_prior)}});
}

Result<Value> lift_prior(Inputs inputs) {
  const Effects effects = read_effects(inputs);
  const bool zero_mean = inputs.flag_or("zero_mean", false);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto estimated = stats::estimated_prior(
      effects, zero_mean ? stats::PriorMean::kZero : stats::PriorMean::kEstimated);
  if (!estimated) return estimated.error();
  return Value::object({{"mean", figure(estimated->prior.mean)},
                        {"no_spread", Value::boolean(estimated->no_spread)},
                        {"sd", figure(estimated->prior.standard_deviation)},
                        {"se_mean", figure(estimated->standard_error_of_mean)}});
}

stats::Selection read_selection(Inputs& inputs) {
  const std::string selection = inputs.text_or("selection", "two_sided");
  if (selection != "two_sided" && selection != "upper") {
    inputs.refuse("selection", "\"two_sided\" or \"upper\"");
  }
  return selection == "upper" ? stats::Selection::kUpper : stats::Selection::kTwoSided;
}

Result<Value> winners_curse(Inputs inputs) {
  const stats::SelectedEstimate selected{.estimate = inputs.number("estimate"),
                                         .standard_error = inputs.number("se"),
                                         .threshold = inputs.number("z_threshold")};
  const stats::Selection selection = read_selection(inputs);
  const double alpha = inputs.number_or("alpha", kAlpha);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto corrected = stats::corrected_for_selection(selected, selection, alpha);
  if (!corrected) return corrected.error();
  const auto at_estimate = stats::selection_effect(selected, selection);
  if (!at_estimate) return at_estimate.error();
  return Value::object({{"bias_at_estimate", figure(at_estimate->bias)},
                        {"ci", bounds(corrected->interval)},
                        {"conditional_mle", figure(corrected->conditional_mle)},
                        {"median_unbiased", figure(corrected->median_unbiased)}});
}

Result<Value> sum_of_winners(Inputs inputs) {
  const std::vector<double> estimates = inputs.numbers("estimate");
  const std::vector<double> errors = inputs.numbers("se");
  const double threshold = inputs.number("z_threshold");
  const stats::Selection selection = read_selection(inputs);
  if (errors.size() != estimates.size()) inputs.refuse("se", "one per estimate");
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<stats::SelectedEstimate> considered;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    considered.push_back({estimates[i], errors[i], threshold});
  }
  const auto total = stats::sum_of_winners(considered, selection);
  if (!total) return total.error();
  return Value::object({{"corrected", figure(total->corrected)},
                        {"expected_bias", figure(total->expected_bias)},
                        {"se", figure(total->standard_error)},
                        {"sum", figure(total->sum)},
                        {"winners", figure(static_cast<double>(total->winners))}});
}

constexpr Method kMethods[] = {
    {"heterogeneity", "does an effect differ between segments: interaction test, partial pooling",
     heterogeneity},
    {"lift_prior", "prior of lifts out of past experiments", lift_prior},
    {"random_effects", "meta-analysis to full precision: FE, DL, PM, REML, Knapp-Hartung, BLUP",
     random_effects},
    {"random_effects_and_shrinkage", "the same with metafor's loose stopping rules",
     random_effects_and_shrinkage},
    {"shrink_to_prior", "an effect shrunk by a normal prior", shrink_to_prior},
    {"sum_of_winners", "total effect of winners less its expected bias", sum_of_winners},
    {"winners_curse", "an estimate corrected for having crossed a threshold", winners_curse},
};

}  // namespace

std::span<const Method> effect_methods() {
  return kMethods;
}

}  // namespace converge::calc
