#include <algorithm>
#include <cmath>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/difference.h"
#include "stats/sequential/asymptotic_cs.h"
#include "stats/sequential/asymptotic_lil.h"
#include "stats/sequential/msprt.h"
#include "stats/sequential/multinomial_srm.h"
#include "stats/sequential/planned_effect_cs.h"
#include "stats/sequential/relative_contrast.h"

namespace converge::calc {
namespace {

constexpr double kAlphaUnlessSaid = 0.05;

using Sequence = Result<stats::AsymptoticCs> (*)(const stats::Difference&,
                                                 const stats::AsymptoticCsOptions&);

Value sequence_outputs(const stats::Difference& difference, const stats::AsymptoticCs& cs) {
  return Value::object({{"expected", figure(difference.estimate)},
                        {"ci", bounds(cs.interval)},
                        {"log_e", figure(cs.log_e)},
                        {"p_value", figure(cs.p)},
                        {"stddev", figure(std::sqrt(difference.variance))},
                        {"z_multiplier", figure(cs.z_multiplier)}});
}

Result<Value> asymptotic_cs(Inputs inputs, Sequence sequence) {
  stats::Difference difference;
  difference.estimate = inputs.number("diff");
  difference.variance = inputs.number("var_of_diff");
  difference.n_a = inputs.count("n_a");
  difference.n_b = inputs.count("n_b");
  const stats::AsymptoticCsOptions options{.alpha = inputs.number("alpha"),
                                           .planned_total_n = inputs.number("planned_total_n")};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::AsymptoticCs> cs = sequence(difference, options);
  if (!cs) return cs.error();
  return sequence_outputs(difference, *cs);
}

Result<Value> asymptotic_cs_two_sided(Inputs inputs) {
  return asymptotic_cs(std::move(inputs), stats::asymptotic_cs_two_sided);
}
Result<Value> asymptotic_cs_lower(Inputs inputs) {
  return asymptotic_cs(std::move(inputs), stats::asymptotic_cs_lower);
}
Result<Value> asymptotic_cs_upper(Inputs inputs) {
  return asymptotic_cs(std::move(inputs), stats::asymptotic_cs_upper);
}

using PlannedSequence = Result<stats::AsymptoticCs> (*)(const stats::Difference&,
                                                        const stats::PlannedEffectOptions&);

/// One stratum; planned_total_n units in the shares of n_a and n_b.
Result<Value> planned_effect_cs(Inputs inputs, PlannedSequence sequence) {
  stats::Difference difference;
  difference.estimate = inputs.number("diff");
  difference.variance = inputs.number("var_of_diff");
  difference.n_a = inputs.count("n_a");
  difference.n_b = inputs.count("n_b");
  const double alpha = inputs.number("alpha");
  const double planned_total_n = inputs.number("planned_total_n");
  if (const Status read = inputs.status(); !read) return read.error();
  difference.harmonic_n = stats::harmonic_n(difference.n_a, difference.n_b);
  const double total = static_cast<double>(difference.n_a) + static_cast<double>(difference.n_b);
  const Result<stats::AsymptoticCs> cs = sequence(
      difference,
      {.alpha = alpha, .planned_harmonic_n = planned_total_n / total * difference.harmonic_n});
  if (!cs) return cs.error();
  return sequence_outputs(difference, *cs);
}

Result<Value> planned_effect_cs_two_sided(Inputs inputs) {
  return planned_effect_cs(std::move(inputs), stats::planned_effect_cs_two_sided);
}
Result<Value> planned_effect_cs_lower(Inputs inputs) {
  return planned_effect_cs(std::move(inputs), stats::planned_effect_cs_lower);
}
Result<Value> planned_effect_cs_upper(Inputs inputs) {
  return planned_effect_cs(std::move(inputs), stats::planned_effect_cs_upper);
}

/// Half-width for t units of variance 1.
Result<double> unit_variance_margin(double t, const stats::AsymptoticCsShape& shape) {
  stats::Difference difference;
  difference.variance = 1 / t;
  difference.n_a = static_cast<std::int64_t>(t);
  const Result<stats::AsymptoticCs> cs = stats::asymptotic_cs_two_sided(difference, shape);
  if (!cs) return cs.error();
  return cs->interval.upper;
}

Result<Value> rho_exact_and_margin(Inputs inputs) {
  static constexpr double kLargestTime = 9007199254740992.0;  // 2^53
  const double t_opt = inputs.number("t_opt");
  const double alpha = inputs.number("alpha");
  const std::vector<double> times = inputs.numbers("t");
  for (const double t : times) {
    if (!(t >= 1 && t <= kLargestTime)) inputs.refuse("t", "numbers from 1 to 2^53");
  }
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> exact = stats::rho_squared(alpha, t_opt);
  if (!exact) return exact.error();
  const Result<double> approximate = stats::rho_squared_approximate(alpha, t_opt);
  if (!approximate) return approximate.error();
  std::vector<double> margins;
  std::vector<double> lil_margins;
  for (const double t : times) {
    const Result<double> margin = unit_variance_margin(t, {.alpha = alpha, .rho_squared = *exact});
    if (!margin) return margin.error();
    margins.push_back(*margin);
    const Result<double> lil = stats::lil_margin_two_sided(t, {.alpha = alpha});
    if (!lil) return lil.error();
    lil_margins.push_back(*lil);
  }
  return Value::object({{"lil_margin", figures(lil_margins)},
                        {"rho2_approx", figure(*approximate)},
                        {"rho2_exact_lambertW", figure(*exact)},
                        {"unit_variance_margin", figures(margins)}});
}

/// An arm as GrowthBook has it: a proportion's variance is p (1 - p), without n / (n - 1).
stats::Sample growthbook_arm(Inputs& inputs, std::string_view name, const std::string& type) {
  Inputs arm = inputs.object(name);
  stats::Sample sample;
  sample.n = arm.count("n");
  const auto n = static_cast<double>(sample.n);
  const double sum = arm.number("sum");
  if (sample.n < 1) {
    arm.refuse("n", "1 or more");
    return sample;
  }
  sample.mean = sum / n;
  if (type == "proportion") {
    if (!(sum >= 0 && sum <= n)) arm.refuse("sum", "a number from 0 to n");
    sample.variance = sample.mean * ((n - sum) / n);
  } else if (type == "mean") {
    const double squares = arm.number("sum_squares");
    // n sum x^2 - (sum x)^2, each product with its rounding error.
    const double first = n * squares;
    const double second = sum * sum;
    const double rounding = std::fma(n, squares, -first) - std::fma(sum, sum, -second);
    sample.variance = std::max(0.0, (first - second) + rounding) / (n * (n - 1));
  } else {
    inputs.refuse("type", "\"proportion\" or \"mean\"");
  }
  return sample;
}

enum class Scale { kAbsolute, kRelative };

struct GrowthbookRequest {
  stats::Difference difference;
  stats::AsymptoticCsShape shape;
};

Result<GrowthbookRequest> growthbook_request(Inputs& inputs, Scale scale, double sides) {
  const std::string type = inputs.text("type");
  const stats::StratumPair pair{growthbook_arm(inputs, "a", type),
                                growthbook_arm(inputs, "b", type)};
  inputs.ignore("difference");
  const double alpha = inputs.number("alpha");
  const double tuning = inputs.number("tuning");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Difference> absolute = stats::combine_strata({&pair, 1});
  if (!absolute) return absolute.error();
  const Result<stats::Difference> difference =
      scale == Scale::kRelative ? stats::relative_contrast(*absolute) : absolute;
  if (!difference) return difference.error();
  // One-sided bounds are tuned at 2 alpha.
  const Result<double> rho2 = stats::rho_squared_approximate(alpha * 2 / sides, tuning);
  if (!rho2) return rho2.error();
  return GrowthbookRequest{*difference, {.alpha = alpha, .rho_squared = *rho2}};
}

Result<Value> growthbook_two_sided(Inputs inputs, Scale scale) {
  const Result<GrowthbookRequest> request = growthbook_request(inputs, scale, 2);
  if (!request) return request.error();
  const Result<stats::AsymptoticCs> cs =
      stats::asymptotic_cs_two_sided(request->difference, request->shape);
  if (!cs) return cs.error();
  return sequence_outputs(request->difference, *cs);
}

Result<Value> growthbook_upper_bound(Inputs inputs, Scale scale) {
  const Result<GrowthbookRequest> request = growthbook_request(inputs, scale, 1);
  if (!request) return request.error();
  const Result<stats::AsymptoticCs> cs =
      stats::asymptotic_cs_upper(request->difference, request->shape);
  if (!cs) return cs.error();
  return Value::object({{"upper", figure(cs->interval.upper)},
                        {"p_value", figure(cs->p)},
                        {"log_e", figure(cs->log_e)}});
}

Result<Value> sequential_two_sided_absolute(Inputs inputs) {
  return growthbook_two_sided(std::move(inputs), Scale::kAbsolute);
}
Result<Value> sequential_two_sided_relative(Inputs inputs) {
  return growthbook_two_sided(std::move(inputs), Scale::kRelative);
}
Result<Value> sequential_one_sided_upper_bound_absolute(Inputs inputs) {
  return growthbook_upper_bound(std::move(inputs), Scale::kAbsolute);
}
Result<Value> sequential_one_sided_upper_bound_relative(Inputs inputs) {
  return growthbook_upper_bound(std::move(inputs), Scale::kRelative);
}

Result<Value> msprt_normal_mixture(Inputs inputs) {
  const stats::MsprtInputs data{.difference = inputs.number("diff"),
                                .variance = inputs.number("var_of_diff")};
  const stats::MsprtOptions options{.alpha = inputs.number_or("alpha", kAlphaUnlessSaid),
                                    .tau = inputs.number("tau")};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Msprt> test = stats::msprt_normal(data, options);
  if (!test) return test.error();
  return Value::object({{"log_lambda", figure(test->log_lambda)},
                        {"p_value", figure(test->p)},
                        {"ci", bounds(test->interval)}});
}

/// 1 / (1 + exp(-x)) without overflow: the probability of a mismatch if it had 1/2 before.
double posterior_of(double log_bayes_factor) {
  return 1 / (1 + std::exp(-log_bayes_factor));
}

Result<Value> sequential_srm(Inputs inputs) {
  const std::vector<std::vector<std::int64_t>> batches = inputs.count_rows("counts_per_batch");
  const std::vector<double> weights = inputs.numbers("null");
  const double concentration = inputs.number("dirichlet_concentration");
  for (const auto& batch : batches) {
    if (batch.size() != weights.size()) inputs.refuse("counts_per_batch", "a count per arm");
  }
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<std::int64_t> counts(weights.size(), 0);
  std::vector<double> log_bayes_factors;
  std::vector<double> p_values;
  std::vector<double> posteriors;
  double p = 1;
  for (const auto& batch : batches) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += batch[i];
    const Result<stats::MultinomialSrm> srm = stats::multinomial_srm(
        {.counts = counts, .weights = weights, .concentration = concentration});
    if (!srm) return srm.error();
    p = std::min(p, std::exp(-srm->log_e));
    log_bayes_factors.push_back(srm->log_e);
    p_values.push_back(p);
    posteriors.push_back(posterior_of(srm->log_e));
  }
  return Value::object({{"log_bayes_factor", figures(log_bayes_factors)},
                        {"p_value", figures(p_values)},
                        {"posterior_probability", figures(posteriors)}});
}

constexpr Method kMethods[] = {
    {"asymptotic_cs_lower", "one-sided asymptotic confidence sequence, lower bound",
     asymptotic_cs_lower},
    {"asymptotic_cs_two_sided", "asymptotic confidence sequence for a difference of means",
     asymptotic_cs_two_sided},
    {"asymptotic_cs_upper", "one-sided asymptotic confidence sequence, upper bound",
     asymptotic_cs_upper},
    {"msprt_normal_mixture", "mixture sequential probability ratio test, normal effects",
     msprt_normal_mixture},
    {"planned_effect_cs_lower", "one-sided sequence located at the planned effect, lower bound",
     planned_effect_cs_lower},
    {"planned_effect_cs_two_sided",
     "confidence sequence located at the effect that the plan can find",
     planned_effect_cs_two_sided},
    {"planned_effect_cs_upper", "one-sided sequence located at the planned effect, upper bound",
     planned_effect_cs_upper},
    {"rho_exact_and_margin", "tuning of the asymptotic sequence and its margins over time",
     rho_exact_and_margin},
    {"sequential_one_sided_upper_bound_absolute", "GrowthBook's sequential upper bound",
     sequential_one_sided_upper_bound_absolute},
    {"sequential_one_sided_upper_bound_relative",
     "the same on the relative scale (delta method; not valid under peeking)",
     sequential_one_sided_upper_bound_relative},
    {"sequential_srm_multinomial_dirichlet", "sequential sample ratio mismatch test per batch",
     sequential_srm},
    {"sequential_two_sided_absolute", "GrowthBook's sequential test",
     sequential_two_sided_absolute},
    {"sequential_two_sided_relative",
     "the same on the relative scale (delta method; not valid under peeking)",
     sequential_two_sided_relative},
};

}  // namespace

std::span<const Method> sequential_methods() {
  return kMethods;
}

}  // namespace converge::calc
