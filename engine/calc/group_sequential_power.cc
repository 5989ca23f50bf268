#include <cstddef>
#include <limits>

#include "engine/calc/group_sequential.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/design_power.h"
#include "stats/group_sequential/futility_bounds.h"
#include "stats/group_sequential/sample_size.h"

namespace converge::calc {
namespace {

using stats::DesignPower;
using stats::ErrorRates;
using stats::SpendingPlan;
using stats::SpentLook;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Result<DesignPower> power_of(const SpendingPlan& plan, const std::vector<double>& fractions,
                             double beta) {
  const Result<std::vector<SpentLook>> looks = stats::spending_bounds(plan, fractions);
  if (!looks) return looks.error();
  return stats::design_power(stats::design_of(fractions, bounds_of(*looks), plan.sides), plan.alpha,
                             beta);
}

std::vector<double> cumulative(const std::vector<double>& values) {
  std::vector<double> sums;
  sums.reserve(values.size());
  double sum = 0;
  for (const double value : values) sums.push_back(sum += value);
  return sums;
}

Result<Value> inflation_factor_asn(Inputs inputs) {
  const std::vector<double> fractions = inputs.numbers("information_rates");
  const SpendingPlan plan{
      .function = spending_of(inputs), .alpha = inputs.number("alpha"), .sides = sides_of(inputs)};
  const double beta = inputs.number("beta");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<DesignPower> power = power_of(plan, fractions, beta);
  if (!power) return power.error();
  return Value::object({{"inflation_factor", figure(power->inflation_factor)},
                        {"shift", figure(power->drift * power->drift)},
                        {"asn_ratio_h1", figure(power->expected_ratio_h1)},
                        {"asn_ratio_half", figure(power->expected_ratio_half)},
                        {"asn_ratio_h0", figure(power->expected_ratio_h0)},
                        {"rejection_probs_per_stage", figures(power->under_h1.rejection)},
                        {"cumulative_power", figures(cumulative(power->under_h1.rejection))}});
}

/// The inflation of equal looks that spend like O'Brien and Fleming's test.
Result<double> inflation_of(const ErrorRates& rates, std::int64_t looks) {
  const SpendingPlan plan{.function = {stats::SpendingFamily::kObrienFleming, 0},
                          .alpha = rates.alpha,
                          .sides = rates.sides};
  const Result<DesignPower> power = power_of(plan, equal_fractions(looks), 1 - rates.power);
  if (!power) return power.error();
  return power->inflation_factor;
}

ErrorRates error_rates_of(Inputs& inputs) {
  return {
      .alpha = inputs.number("alpha"), .sides = sides_of(inputs), .power = inputs.number("power")};
}

Value sample_size_outputs(const stats::SampleSize& size, double inflation_factor) {
  return Value::object({{"n_total", figure(size.total())},
                        {"n_control", figure(size.n_a)},
                        {"n_treatment", figure(size.n_b)},
                        {"inflation_factor", figure(inflation_factor)}});
}

Result<Value> sample_size_means_gs_as_of(Inputs inputs) {
  const std::int64_t looks = looks_of(inputs, "looks");
  const ErrorRates rates = error_rates_of(inputs);
  const stats::MeansPlan plan{
      .effect = inputs.number("effect"),
      .standard_deviation = inputs.number("sd"),
      .allocation = inputs.number_or("allocation_treatment_over_control", 1)};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> inflation = inflation_of(rates, looks);
  if (!inflation) return inflation.error();
  const Result<stats::SampleSize> size = stats::sample_size_means(plan, rates, *inflation);
  if (!size) return size.error();
  return sample_size_outputs(*size, *inflation);
}

Result<Value> sample_size_rates_gs_as_of(Inputs inputs) {
  const std::int64_t looks = looks_of(inputs, "looks");
  const ErrorRates rates = error_rates_of(inputs);
  const stats::RatesPlan plan{
      .rate_a = inputs.number("p_control"),
      .rate_b = inputs.number("p_treatment"),
      .allocation = inputs.number_or("allocation_treatment_over_control", 1)};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> inflation = inflation_of(rates, looks);
  if (!inflation) return inflation.error();
  const Result<stats::SampleSize> size = stats::sample_size_rates(plan, rates, *inflation);
  if (!size) return size.error();
  return sample_size_outputs(*size, *inflation);
}

/// Bounds that are left out do not stop.
std::vector<double> bounds_or_none(Inputs& inputs, std::string_view name, double none,
                                   std::size_t looks) {
  if (inputs.has(name)) return inputs.numbers(name);
  inputs.ignore(name);
  return std::vector<double>(looks, none);
}

Result<Value> group_sequential_crossing(Inputs inputs) {
  const std::vector<double> information = inputs.numbers("information");
  const std::vector<double> lower = bounds_or_none(inputs, "lower", -kInfinity, information.size());
  const std::vector<double> upper = bounds_or_none(inputs, "upper", kInfinity, information.size());
  const double drift = inputs.number_or("drift", 0);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::CrossingProbabilities> crossing =
      stats::crossing_probabilities(information, lower, upper, drift);
  if (!crossing) return crossing.error();
  return Value::object({{"upper", figures(crossing->upper)},
                        {"lower", figures(crossing->lower)},
                        {"upper_cumulative", figures(cumulative(crossing->upper))},
                        {"lower_cumulative", figures(cumulative(crossing->lower))}});
}

Result<Value> futility_bounds(Inputs inputs) {
  const stats::FutilityPlan plan{.information = inputs.numbers("information_rates"),
                                 .upper = inputs.numbers("critical_values"),
                                 .function = spending_of(inputs),
                                 .beta = inputs.number("beta")};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::FutilityBounds> futility = stats::nonbinding_futility_bounds(plan);
  if (!futility) return futility.error();
  return Value::object({{"futility_bounds", figures(futility->lower)},
                        {"shift", figure(futility->drift * futility->drift)}});
}

constexpr Method kMethods[] = {
    {"group_sequential_crossing_probabilities",
     "first-crossing probabilities of any bounds at scheduled looks, under a drift",
     group_sequential_crossing},
    {"inflation_factor_asn", "what the looks of a spending design cost", inflation_factor_asn},
    {"nonbinding_futility_bounds", "futility bounds that spend beta", futility_bounds},
    {"sample_size_means_gs_asOF", "sample size for two means at equal O'Brien-Fleming looks",
     sample_size_means_gs_as_of},
    {"sample_size_rates_gs_asOF", "sample size for two rates at equal O'Brien-Fleming looks",
     sample_size_rates_gs_as_of},
};

}  // namespace

std::span<const Method> group_sequential_power_methods() {
  return kMethods;
}

}  // namespace converge::calc
