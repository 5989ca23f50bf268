#include "stats/sequential/e_values.h"

#include <cmath>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/sequential/bernoulli_e_process.h"
#include "stats/sequential/betting_cs.h"
#include "stats/sequential/bounded_mean_cs.h"
#include "stats/sequential/bounded_mean_e_process.h"
#include "stats/sequential/guarded_e_value.h"
#include "stats/sequential/safe_z.h"

namespace converge::calc {
namespace {

/// Turner, Ly, Grunwald's prior, by simulation the best on average.
constexpr double kBetaPrior = 0.18;

// Exact e-processes of two arms.

enum class Side { kTwoSided, kGreater, kLess };

Side side_of(Inputs& inputs) {
  const std::string side = inputs.text_or("side", "two_sided");
  if (side == "greater") return Side::kGreater;
  if (side == "less") return Side::kLess;
  if (side != "two_sided") inputs.refuse("side", "\"two_sided\", \"greater\" or \"less\"");
  return Side::kTwoSided;
}

Result<Value> process_outputs(const Result<stats::EProcess>& process) {
  if (!process) return process.error();
  return Value::object({{"log_e", figures(process->log_e)},
                        {"log_e_max", figure(process->log_e_max)},
                        {"p_value", figure(process->p)}});
}

Result<stats::EProcess> bernoulli_process(Side side, std::span<const stats::BernoulliBlock> blocks,
                                          const stats::BernoulliEProcessOptions& options) {
  switch (side) {
    case Side::kTwoSided:
      return stats::bernoulli_e_process_two_sided(blocks, options);
    case Side::kGreater:
      return stats::bernoulli_e_process_greater(blocks, options);
    case Side::kLess:
      return stats::bernoulli_e_process_less(blocks, options);
  }
  return Error{Errc::kInternal, "side: unknown"};
}

Result<Value> bernoulli_e_process(Inputs inputs) {
  std::vector<stats::BernoulliBlock> blocks;
  for (Inputs& block : inputs.objects("blocks")) {
    blocks.push_back({.n_a = block.count("n_a"),
                      .successes_a = block.count("successes_a"),
                      .n_b = block.count("n_b"),
                      .successes_b = block.count("successes_b")});
  }
  const stats::BernoulliEProcessOptions options{
      .margin = inputs.number_or("margin", 0),
      .prior_successes = inputs.number_or("prior_successes", kBetaPrior),
      .prior_failures = inputs.number_or("prior_failures", kBetaPrior)};
  const Side side = side_of(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  return process_outputs(bernoulli_process(side, blocks, options));
}

stats::BoundedSums bounded_sums(Inputs arm) {
  return {.n = arm.count("n"),
          .sum = arm.number("sum"),
          .sum_of_squares = arm.number("sum_squares"),
          .sum_of_cubes = arm.number("sum_cubes")};
}

Result<stats::EProcess> bounded_process(Side side, std::span<const stats::BoundedBlock> blocks,
                                        const stats::BoundedMeanOptions& options) {
  switch (side) {
    case Side::kTwoSided:
      return stats::bounded_mean_e_process_two_sided(blocks, options);
    case Side::kGreater:
      return stats::bounded_mean_e_process_greater(blocks, options);
    case Side::kLess:
      return stats::bounded_mean_e_process_less(blocks, options);
  }
  return Error{Errc::kInternal, "side: unknown"};
}

std::vector<stats::BoundedBlock> bounded_blocks(Inputs& inputs) {
  std::vector<stats::BoundedBlock> blocks;
  for (Inputs& block : inputs.objects("blocks")) {
    blocks.push_back({.a = bounded_sums(block.object("a")), .b = bounded_sums(block.object("b"))});
  }
  return blocks;
}

Result<Value> bounded_mean_cs(Inputs inputs) {
  const std::vector<stats::BoundedBlock> blocks = bounded_blocks(inputs);
  const stats::BoundedMeanCsOptions options{.alpha = inputs.number("alpha"),
                                            .cap = inputs.number("cap")};
  const Side side = side_of(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Interval> interval =
      side == Side::kTwoSided  ? stats::bounded_mean_cs_two_sided(blocks, options)
      : side == Side::kGreater ? stats::bounded_mean_cs_lower(blocks, options)
                               : stats::bounded_mean_cs_upper(blocks, options);
  if (!interval) return interval.error();
  return Value::object({{"ci", bounds(*interval)}});
}

Result<Value> bounded_mean_e_process(Inputs inputs) {
  const std::vector<stats::BoundedBlock> blocks = bounded_blocks(inputs);
  const stats::BoundedMeanOptions options{.margin = inputs.number_or("margin", 0),
                                          .cap = inputs.number("cap")};
  const Side side = side_of(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  return process_outputs(bounded_process(side, blocks, options));
}

Result<Value> guarded_e_value(Inputs inputs) {
  const stats::GuardedEvidence evidence{.log_e_exact = inputs.number("log_e_exact"),
                                        .log_e_asymptotic = inputs.number("log_e_asymptotic"),
                                        .guard = inputs.flag_or("guard_satisfied", false)
                                                     ? stats::GuardVerdict::kSatisfied
                                                     : stats::GuardVerdict::kTooSkewed};
  const stats::GuardedOptions options{
      .alpha = inputs.number("alpha"),
      .exact_share = inputs.number_or("exact_share", stats::kGuardedExactShare)};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::GuardedEValue> guarded = stats::guarded_e_value(evidence, options);
  if (!guarded) return guarded.error();
  return Value::object({{"alpha_asymptotic", figure(guarded->alpha_asymptotic)},
                        {"log_e", figure(guarded->log_e)},
                        {"p_value", figure(guarded->p)},
                        {"reject", Value::boolean(guarded->is_rejected)}});
}

// Safe tests.

Result<Value> safe_2x2_beta018(Inputs inputs) {
  const std::vector<std::int64_t> a = inputs.counts("ya");
  const std::vector<std::int64_t> b = inputs.counts("yb");
  inputs.ignore("beta_prior");
  if (inputs.text_or("block", "1+1") != "1+1") inputs.refuse("block", "\"1+1\"");
  if (a.size() != b.size()) inputs.refuse("yb", "as many values as ya");
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<stats::BernoulliBlock> blocks;
  for (std::size_t i = 0; i < a.size(); ++i) {
    blocks.push_back({.n_a = 1, .successes_a = a[i], .n_b = 1, .successes_b = b[i]});
  }
  const Result<stats::EProcess> process = stats::bernoulli_e_process_two_sided(
      blocks, {.margin = 0, .prior_successes = kBetaPrior, .prior_failures = kBetaPrior});
  if (!process) return process.error();
  return Value::object({{"e_value", figure(std::exp(process->last()))},
                        {"log_e", figure(process->last())},
                        {"p_value", figure(process->p)}});
}

Result<Value> safe_z(Inputs inputs, Result<double> (*test)(const stats::SafeZInputs&,
                                                           const stats::SafeZOptions&)) {
  const stats::SafeZInputs data{
      .z = inputs.number("z"), .n_a = inputs.count("n1"), .n_b = inputs.count("n2")};
  const stats::SafeZOptions options{.phi = inputs.number("phiS"), .sigma = inputs.number("sigma")};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> log_e = test(data, options);
  if (!log_e) return log_e.error();
  return Value::object({{"e_value", figure(std::exp(*log_e))}, {"log_e", figure(*log_e)}});
}
Result<Value> safe_z_two_sample(Inputs inputs) {
  return safe_z(std::move(inputs), stats::safe_z_two_sided);
}
Result<Value> safe_z_two_sample_greater(Inputs inputs) {
  return safe_z(std::move(inputs), stats::safe_z_greater);
}

Result<Value> hedged_capital_betting(Inputs inputs) {
  static constexpr std::pair<const char*, double> kMeans[] = {{"log_max_capital_m_0.05", 0.05},
                                                              {"log_max_capital_m_0.3", 0.3},
                                                              {"log_max_capital_m_0.5", 0.5},
                                                              {"log_max_capital_m_0.9", 0.9}};
  const std::vector<double> values = inputs.numbers("x");
  const stats::BettingOptions options{.alpha = inputs.number("alpha"),
                                      .share_up = inputs.number_or("theta", 0.5),
                                      .truncation = inputs.number_or("trunc_scale", 0.5)};
  const std::optional<double> m = inputs.optional_number("m");
  inputs.ignore("bets");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Interval> interval = stats::hedged_capital_cs(values, options);
  if (!interval) return interval.error();
  Value::Object outputs{{"at_n", Value::integer(static_cast<std::int64_t>(values.size()))},
                        {"ci", bounds(*interval)},
                        {"ci_grid_2000", bounds(*interval)}};
  for (const auto& [name, mean] : kMeans) {
    const Result<double> capital = stats::hedged_capital(values, mean, options);
    if (!capital) return capital.error();
    outputs.emplace_back(name, figure(*capital));
  }
  if (m) {
    const Result<double> capital = stats::hedged_capital(values, *m, options);
    if (!capital) return capital.error();
    outputs.emplace_back("log_max_capital", figure(*capital));
  }
  return Value::object(std::move(outputs));
}

// Arithmetic of e-values.

Result<Value> log_e_outputs(const Result<double>& log_e) {
  if (!log_e) return log_e.error();
  const Result<double> p = stats::p_from_e(*log_e);
  if (!p) return p.error();
  return Value::object({{"log_e", figure(*log_e)}, {"p_value", figure(*p)}});
}

Result<Value> e_product(Inputs inputs) {
  const std::vector<double> log_e = inputs.numbers("log_e");
  if (const Status read = inputs.status(); !read) return read.error();
  return log_e_outputs(stats::e_product(log_e));
}
Result<Value> e_average(Inputs inputs) {
  const std::vector<double> log_e = inputs.numbers("log_e");
  if (const Status read = inputs.status(); !read) return read.error();
  return log_e_outputs(stats::e_average(log_e));
}

Result<Value> e_from_p(Inputs inputs) {
  const double p = inputs.number("p_value");
  const std::optional<double> kappa = inputs.optional_number("kappa");
  if (const Status read = inputs.status(); !read) return read.error();
  return log_e_outputs(kappa ? stats::e_from_p(p, {.kappa = *kappa}) : stats::e_from_p_averaged(p));
}

Result<Value> e_benjamini_hochberg(Inputs inputs) {
  const std::vector<double> log_e = inputs.numbers("log_e");
  const double alpha = inputs.number("alpha");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<std::vector<bool>> rejected = stats::e_bh(log_e, {.alpha = alpha});
  if (!rejected) return rejected.error();
  return Value::object({{"reject", flags(*rejected)}});
}

constexpr Method kMethods[] = {
    {"bernoulli_e_process", "exact two-sample e-process of conversions, from counts per look",
     bernoulli_e_process},
    {"bounded_mean_cs", "exact confidence sequence for a difference of capped means",
     bounded_mean_cs},
    {"bounded_mean_e_process", "exact two-sample e-process of capped values, from sums per look",
     bounded_mean_e_process},
    {"e_average", "combines e-values that may depend on each other", e_average},
    {"e_benjamini_hochberg", "false discovery rate from e-values under any dependence",
     e_benjamini_hochberg},
    {"e_from_p", "calibrates a p-value into an e-value", e_from_p},
    {"e_product", "combines independent or successive e-values", e_product},
    {"guarded_e_value", "one e-value before and after the normal limit may be trusted",
     guarded_e_value},
    {"hedged_capital_betting", "betting confidence sequence for a mean of values in [0, 1]",
     hedged_capital_betting},
    {"safe_2x2_beta018", "safe test of two proportions in blocks of one and one", safe_2x2_beta018},
    {"safe_z_two_sample", "safe z-test of two means with known variance", safe_z_two_sample},
    {"safe_z_two_sample_greater", "the same, one-sided", safe_z_two_sample_greater},
};

}  // namespace

std::span<const Method> e_value_methods() {
  return kMethods;
}

}  // namespace converge::calc
