#include "engine/calc/interval_level.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/proportion_inputs.h"
#include "stats/proportions/score_difference.h"
#include "stats/proportions/score_ratio.h"

namespace converge::calc {
namespace {

using stats::BinomialCount;

using ScoreMethod = Result<stats::ScoreDifference> (*)(const BinomialCount&, const BinomialCount&,
                                                       const stats::ProportionComparisonOptions&);

template <ScoreMethod score_of>
Result<Value> score_difference(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::ScoreDifference> score = score_of(arms.a, arms.b, {.alpha = level.alpha});
  if (!score) return score.error();
  return Value::object({{"difference", figure(score->estimate)},
                        {level.name, bounds(score->interval)},
                        {"z", figure(score->test.z)},
                        {"p_two_sided", figure(score->test.p_two_sided)},
                        {"p_greater", figure(score->test.p_greater)},
                        {"p_less", figure(score->test.p_less)}});
}

Result<Value> prop_ratio_miettinen_nurminen(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::ScoreRatio> score =
      stats::miettinen_nurminen_ratio(arms.a, arms.b, {.alpha = level.alpha});
  if (!score) return score.error();
  return Value::object({{"ratio", figure(score->estimate)},
                        {level.name, bounds(score->interval)},
                        {"z", figure(score->z)},
                        {"p_two_sided", figure(score->p_two_sided)}});
}

Result<Value> prop_noninferiority_farrington_manning(Inputs inputs) {
  const ProportionArms arms = proportion_arms(inputs);
  const double margin = inputs.number("margin");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::ScoreTest> test =
      stats::farrington_manning(arms.a, arms.b, {.margin = margin});
  if (!test) return test.error();
  return Value::object({{"z", figure(test->z)},
                        {"p_greater", figure(test->p_greater)},
                        {"p_less", figure(test->p_less)}});
}

constexpr Method kMethods[] = {
    {"prop_diff_miettinen_nurminen", "difference of proportions, score interval and test",
     score_difference<stats::miettinen_nurminen_difference>},
    {"prop_diff_mee", "difference of proportions, score interval without N / (N - 1)",
     score_difference<stats::mee_difference>},
    {"prop_ratio_miettinen_nurminen", "ratio of proportions, score interval (Koopman)",
     prop_ratio_miettinen_nurminen},
    {"prop_noninferiority_farrington_manning", "difference of proportions against a margin",
     prop_noninferiority_farrington_manning},
};

}  // namespace

std::span<const Method> proportion_score_methods() {
  return kMethods;
}

}  // namespace converge::calc
