#include <cmath>
#include <vector>

#include "base/check.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/difference.h"
#include "stats/sequential/asymptotic_guard.h"

namespace converge::calc {
namespace {

stats::Sample read_sample(Inputs arm) {
  return {.n = arm.count("n"),
          .mean = arm.number("mean"),
          .variance = arm.number("var"),
          .third_central_moment = arm.number("third_central_moment")};
}

std::vector<stats::StratumPair> read_strata(Inputs& inputs) {
  std::vector<stats::StratumPair> strata;
  for (Inputs& stratum : inputs.objects("strata")) {
    strata.push_back({read_sample(stratum.object("a")), read_sample(stratum.object("b"))});
  }
  return strata;
}

Result<Value> stratified_difference(Inputs inputs) {
  const std::vector<stats::StratumPair> strata = read_strata(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Difference> difference = stats::combine_strata(strata);
  if (!difference) return difference.error();
  return Value::object({{"diff", figure(difference->estimate)},
                        {"var_of_diff", figure(difference->variance)},
                        {"se", figure(std::sqrt(difference->variance))},
                        {"n_a", Value::integer(difference->n_a)},
                        {"n_b", Value::integer(difference->n_b)},
                        {"mean_a", figure(difference->mean_a)},
                        {"mean_b", figure(difference->mean_b)},
                        {"skew_standardised", figure(difference->skew_standardised)}});
}

const char* text_of(stats::GuardVerdict verdict) {
  switch (verdict) {
    case stats::GuardVerdict::kSatisfied:
      return "satisfied";
    case stats::GuardVerdict::kTooFewUnits:
      return "too_few_units";
    case stats::GuardVerdict::kTooFewEvents:
      return "too_few_events";
    case stats::GuardVerdict::kTooSkewed:
      return "too_skewed";
  }
  CONVERGE_CHECK(false);
  return "";
}

Result<Value> asymptotic_guard(Inputs inputs) {
  const std::vector<stats::StratumPair> strata = read_strata(inputs);
  const std::int64_t events_a = inputs.count("events_a");
  const std::int64_t events_b = inputs.count("events_b");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Difference> difference = stats::combine_strata(strata);
  if (!difference) return difference.error();
  return Value::object(
      {{"verdict",
        Value::string(text_of(stats::asymptotic_guard({*difference, events_a, events_b})))},
       {"skew_standardised", figure(difference->skew_standardised)},
       {"skewness_a", figure(difference->skewness_a)},
       {"skewness_b", figure(difference->skewness_b)}});
}

constexpr Method kMethods[] = {
    {"asymptotic_guard", "whether a normal limit may be trusted for an action", asymptotic_guard},
    {"stratified_difference", "difference of means within strata, combined, never pooled",
     stratified_difference},
};

}  // namespace

std::span<const Method> strata_methods() {
  return kMethods;
}

}  // namespace converge::calc
