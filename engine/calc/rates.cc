#include "engine/calc/interval_level.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/rates/poisson_interval.h"
#include "stats/rates/poisson_two_sample.h"
#include "stats/rates/rate_ratio_exact.h"

namespace converge::calc {
namespace {

using stats::EventCount;

struct RateArms {
  EventCount a;
  EventCount b;
};

RateArms rate_arms(Inputs& inputs) {
  return {.a = {.events = inputs.count("count_a"), .exposure = inputs.number("exposure_a")},
          .b = {.events = inputs.count("count_b"), .exposure = inputs.number("exposure_b")}};
}

Result<Value> poisson_exact_ci(Inputs inputs) {
  const EventCount count{.events = inputs.count("count"), .exposure = inputs.number("exposure")};
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Interval> interval =
      stats::poisson_exact_interval(count, {.alpha = level.alpha});
  if (!interval) return interval.error();
  return Value::object({{"rate", figure(count.rate())}, {level.name, bounds(*interval)}});
}

/// Five tests side by side, by the names of statsmodels.
Result<Value> poisson_two_sample_test(Inputs inputs) {
  const RateArms arms = rate_arms(inputs);
  const double null_ratio = inputs.number_or("null_ratio", 1);
  if (const Status read = inputs.status(); !read) return read.error();
  Value::Object p_two_sided;
  Value::Object z;
  const struct {
    const char* name;
    Result<stats::RateTest> (*test)(const EventCount&, const EventCount&,
                                    const stats::RateTestOptions&);
  } normal_tests[] = {{"score", stats::rate_score_test},
                      {"wald", stats::rate_wald_test},
                      {"sqrt", stats::rate_square_root_test}};
  for (const auto& kind : normal_tests) {
    const Result<stats::RateTest> test = kind.test(arms.a, arms.b, {.null_ratio = null_ratio});
    if (!test) return test.error();
    p_two_sided.emplace_back(kind.name, figure(test->p_two_sided));
    z.emplace_back(kind.name, figure(test->z));
  }
  const stats::RateRatioOptions options{.alpha = 0.05, .null_ratio = null_ratio};
  const Result<stats::RateRatio> exact = stats::rate_ratio_exact(arms.a, arms.b, options);
  const Result<stats::RateRatio> mid_p = stats::rate_ratio_mid_p(arms.a, arms.b, options);
  if (!exact) return exact.error();
  if (!mid_p) return mid_p.error();
  p_two_sided.emplace_back("exact_cond", figure(exact->p_two_sided));
  p_two_sided.emplace_back("cond_midp", figure(mid_p->p_two_sided));
  return Value::object(
      {{"p_two_sided", Value::object(std::move(p_two_sided))}, {"z", Value::object(std::move(z))}});
}

using RatioMethod = Result<stats::RateRatio> (*)(const EventCount&, const EventCount&,
                                                 const stats::RateRatioOptions&);

template <RatioMethod ratio_of>
Result<Value> poisson_rate_ratio(Inputs inputs) {
  const RateArms arms = rate_arms(inputs);
  const double null_ratio = inputs.number_or("null_ratio", 1);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::RateRatio> ratio =
      ratio_of(arms.a, arms.b, {.alpha = level.alpha, .null_ratio = null_ratio});
  if (!ratio) return ratio.error();
  return Value::object({{"rate_ratio_b_over_a", figure(ratio->estimate)},
                        {level.name, bounds(ratio->interval)},
                        {"p_two_sided", figure(ratio->p_two_sided)},
                        {"p_central", figure(ratio->p_central)},
                        {"p_greater", figure(ratio->p_greater)},
                        {"p_less", figure(ratio->p_less)}});
}

constexpr Method kMethods[] = {
    {"poisson_exact_ci", "rate of a Poisson count, exact interval (Garwood)", poisson_exact_ci},
    {"poisson_two_sample_test", "equal Poisson rates: score, Wald, square root, exact, mid-p",
     poisson_two_sample_test},
    {"poisson_rate_ratio_exact", "ratio of Poisson rates, exact conditional interval and test",
     poisson_rate_ratio<stats::rate_ratio_exact>},
    {"poisson_rate_ratio_mid_p", "ratio of Poisson rates, mid-p interval and test",
     poisson_rate_ratio<stats::rate_ratio_mid_p>},
};

}  // namespace

std::span<const Method> rate_methods() {
  return kMethods;
}

}  // namespace converge::calc
