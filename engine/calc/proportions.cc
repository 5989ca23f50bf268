#include <cmath>

#include "engine/calc/interval_level.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/proportion_inputs.h"
#include "stats/proportions/chi_square_proportions.h"
#include "stats/proportions/difference_closed_form.h"
#include "stats/proportions/fisher_exact.h"
#include "stats/proportions/mantel_haenszel.h"
#include "stats/proportions/one_proportion.h"
#include "stats/proportions/pooled_z.h"
#include "stats/proportions/ratio_closed_form.h"
#include "stats/proportions/two_proportions.h"

namespace converge::calc {
namespace {

using stats::BinomialCount;
using stats::ProportionComparisonOptions;

Result<Value> proportion_ci(Inputs inputs) {
  const BinomialCount count{.successes = inputs.count("x"), .trials = inputs.count("n")};
  if (const Status read = inputs.status(); !read) return read.error();
  Value::Object outputs;
  const struct {
    const char* name;
    Result<stats::Interval> (*interval)(const BinomialCount&, const stats::ProportionOptions&);
  } kinds[] = {{"wilson", stats::wilson_interval},
               {"clopper_pearson", stats::clopper_pearson_interval},
               {"jeffreys", stats::jeffreys_interval},
               {"agresti_coull", stats::agresti_coull_interval},
               {"normal", stats::normal_proportion_interval}};
  for (const auto& kind : kinds) {
    for (const auto& [suffix, alpha] : {std::pair{"_95", 0.05}, std::pair{"_99", 0.01}}) {
      const Result<stats::Interval> interval = kind.interval(count, {.alpha = alpha});
      if (!interval) return interval.error();
      outputs.emplace_back(std::string(kind.name) + suffix, bounds(*interval));
    }
  }
  outputs.emplace_back("proportion", figure(count.share()));
  return Value::object(std::move(outputs));
}

using DifferenceInterval = Result<stats::Interval> (*)(const BinomialCount&, const BinomialCount&,
                                                       const ProportionComparisonOptions&);

template <DifferenceInterval interval_of>
Result<Value> difference_interval(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Interval> interval = interval_of(arms.a, arms.b, {.alpha = level.alpha});
  if (!interval) return interval.error();
  return Value::object({{"difference", figure(stats::share_difference(arms.a, arms.b))},
                        {level.name, bounds(*interval)}});
}

using RatioInterval = Result<stats::LogScaleRatio> (*)(const BinomialCount&, const BinomialCount&,
                                                       const ProportionComparisonOptions&);

template <RatioInterval ratio_of>
Result<Value> ratio_interval(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::LogScaleRatio> ratio = ratio_of(arms.a, arms.b, {.alpha = level.alpha});
  if (!ratio) return ratio.error();
  return Value::object({{"ratio", figure(ratio->estimate)},
                        {"log_se", figure(ratio->log_standard_error)},
                        {level.name, bounds(ratio->interval)}});
}

Result<Value> prop_z_pooled(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::PooledZ> test = stats::pooled_z(arms.a, arms.b);
  if (!test) return test.error();
  return Value::object({{"z", figure(test->z)},
                        {"p_two_sided", figure(test->p_two_sided)},
                        {"p_greater", figure(test->p_greater)},
                        {"p_less", figure(test->p_less)}});
}

Result<Value> prop_auto(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::TwoProportions> test =
      stats::compare_two_proportions(arms.a, arms.b, {.alpha = level.alpha});
  if (!test) return test.error();
  return Value::object({{"method_used", Value::string(name_of(test->method))},
                        {"smallest_expected", figure(test->smallest_expected)},
                        {"difference", figure(test->estimate)},
                        {"p_two_sided", figure(test->p_two_sided)},
                        {"p_greater", figure(test->p_greater)},
                        {"p_less", figure(test->p_less)},
                        {level.name, bounds(test->interval)}});
}

/// Zero or all conversions: what stays defined there.
Result<Value> degenerate_proportion(Inputs inputs) {
  inputs.ignore("case");
  const ProportionArms arms = proportion_arms(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Interval> newcombe =
      stats::newcombe_difference(arms.a, arms.b, {.alpha = 0.05});
  const Result<stats::FisherExact> fisher = stats::fisher_exact(arms.a, arms.b);
  if (!newcombe) return newcombe.error();
  if (!fisher) return fisher.error();
  return Value::object(
      {{"newcombe_ci95", bounds(*newcombe)}, {"fisher_p", figure(fisher->p_two_sided)}});
}

Result<Value> chi_square_k_proportions(Inputs inputs) {
  const std::vector<std::int64_t> successes = inputs.counts("x");
  const std::vector<std::int64_t> trials = inputs.counts("n");
  if (successes.size() != trials.size()) inputs.refuse("n", "as many counts as x");
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<BinomialCount> arms;
  arms.reserve(trials.size());
  for (std::size_t i = 0; i < trials.size(); ++i) arms.push_back({successes[i], trials[i]});
  const Result<stats::ChiSquareProportions> test = stats::chi_square_proportions(arms);
  if (!test) return test.error();
  return Value::object({{"chi2", figure(test->chi_squared)},
                        {"df", Value::integer(test->dof)},
                        {"p", figure(test->p)},
                        {"smallest_expected", figure(test->smallest_expected)}});
}

BinomialCount stratum_arm(Inputs& stratum, const char* successes, const char* failures) {
  const std::int64_t converted = stratum.count(successes);
  const std::int64_t failed = stratum.count(failures);
  if (failed < 0) stratum.refuse(failures, "a count of 0 or more");
  return {.successes = converted, .trials = converted + failed};
}

/// The odds ratio is a over b, as R's mantelhaen.test prints it; b over a is beside it.
Result<Value> mantel_haenszel(Inputs inputs) {
  std::vector<stats::BinomialStratum> strata;
  for (Inputs& stratum : inputs.objects("strata")) {
    const BinomialCount a = stratum_arm(stratum, "a_success", "a_fail");
    const BinomialCount b = stratum_arm(stratum, "b_success", "b_fail");
    strata.push_back({.a = a, .b = b});
  }
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<stats::BinomialStratum> exchanged;
  exchanged.reserve(strata.size());
  for (const stats::BinomialStratum& stratum : strata) exchanged.push_back({stratum.b, stratum.a});
  const auto b_over_a = stats::mantel_haenszel(strata, {.alpha = level.alpha});
  const auto a_over_b = stats::mantel_haenszel(exchanged, {.alpha = level.alpha});
  if (!b_over_a) return b_over_a.error();
  if (!a_over_b) return a_over_b.error();
  return Value::object({{"common_or_a_over_b", figure(a_over_b->odds_ratio)},
                        {level.name, bounds(a_over_b->interval)},
                        {"common_or_b_over_a", figure(b_over_a->odds_ratio)},
                        {level.name + "_b_over_a", bounds(b_over_a->interval)},
                        {"chi2", figure(b_over_a->chi_squared)},
                        {"p", figure(b_over_a->p)}});
}

constexpr Method kMethods[] = {
    {"proportion_ci", "one proportion: Wilson, Clopper-Pearson, Jeffreys, Agresti-Coull, normal",
     proportion_ci},
    {"prop_diff_newcombe_wilson", "difference of proportions, Newcombe's method 10",
     difference_interval<stats::newcombe_difference>},
    {"prop_diff_agresti_caffo", "difference of proportions, Agresti-Caffo",
     difference_interval<stats::agresti_caffo_difference>},
    {"prop_diff_wald", "difference of proportions, Wald (for comparison)",
     difference_interval<stats::wald_difference>},
    {"prop_ratio_log", "ratio of proportions, normal on the log scale (Katz)",
     ratio_interval<stats::log_ratio>},
    {"prop_ratio_log_adjusted", "ratio of proportions, half a success added",
     ratio_interval<stats::log_ratio_adjusted>},
    {"prop_odds_ratio_logit", "odds ratio, normal on the log scale (Woolf)",
     ratio_interval<stats::logit_odds_ratio>},
    {"prop_odds_ratio_logit_adjusted", "odds ratio, one half added to every cell",
     ratio_interval<stats::logit_odds_ratio_adjusted>},
    {"prop_z_pooled", "equal proportions, z with pooled variance", prop_z_pooled},
    {"prop_auto", "equal proportions by the method the counts allow, and which it was", prop_auto},
    {"degenerate_proportion", "zero or all conversions: Newcombe's interval and Fisher's p",
     degenerate_proportion},
    {"chi_square_k_proportions", "k equal proportions, Pearson's chi-square",
     chi_square_k_proportions},
    {"mantel_haenszel", "proportions within strata: common odds ratio and test", mantel_haenszel},
};

}  // namespace

std::span<const Method> proportion_methods() {
  return kMethods;
}

}  // namespace converge::calc
