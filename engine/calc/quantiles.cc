#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/quantiles/clustered_quantile.h"
#include "stats/quantiles/grid_quantile.h"
#include "stats/quantiles/order_statistic.h"
#include "stats/quantiles/quantile_difference.h"

namespace converge::calc {
namespace {

std::vector<double> sorted_numbers(Inputs inputs, std::string_view name) {
  std::vector<double> values = inputs.numbers(name);
  std::sort(values.begin(), values.end());
  return values;
}

Value rank(std::optional<std::int64_t> value) {
  return value ? Value::integer(*value) : Value();
}

Result<Value> quantile_order_statistic_ci(Inputs inputs) {
  const std::vector<double> values = sorted_numbers(inputs, "x");
  const stats::QuantileOptions options{.q = inputs.number("q"), .level = inputs.number("level")};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto result = stats::order_statistic_interval(values, options);
  if (!result) return result.error();
  return Value::object({{"lower_rank", rank(result->ranks.lower)},
                        {"upper_rank", rank(result->ranks.upper)},
                        {"ci", bounds(result->interval)},
                        {"coverage", figure(result->ranks.coverage)},
                        {"sample_quantile_type7", figure(result->estimate)}});
}

enum class Scale { kAbsolute, kRelative };

Result<Value> difference_outputs(const Result<stats::QuantileEstimate>& a,
                                 const Result<stats::QuantileEstimate>& b, Scale scale,
                                 const stats::QuantileDifferenceOptions& options) {
  if (!a) return a.error().within("a");
  if (!b) return b.error().within("b");
  const auto result = scale == Scale::kAbsolute
                          ? stats::quantile_difference(*a, *b, options)
                          : stats::relative_quantile_difference(*a, *b, options);
  if (!result) return result.error();
  return Value::object({{"expected", figure(result->estimate)},
                        {"ci", bounds(result->interval)},
                        {"p_value", figure(result->p_two_sided)},
                        {"stddev", figure(result->standard_error)},
                        {"df", figure(result->dof)},
                        {"quantile_a", figure(a->value)},
                        {"quantile_b", figure(b->value)}});
}

stats::QuantileSummary quantile_summary(Inputs arm) {
  return {.n = arm.count("n"),
          .n_star = arm.count("n_star"),
          .q = arm.number("nu"),
          .value = arm.number("quantile_hat"),
          .lower = arm.number("quantile_lower"),
          .upper = arm.number("quantile_upper")};
}

stats::ClusterCounts cluster_counts(Inputs arm) {
  return {.clusters = arm.count("n_clusters"),
          .below = arm.count("main_sum"),
          .below_squares = arm.count("main_sum_squares"),
          .all = arm.count("denominator_sum"),
          .all_squares = arm.count("denominator_sum_squares"),
          .products = arm.count("main_denominator_sum_product")};
}

/// Reads the member that repeats what the method's name says.
void expect_difference(Inputs inputs, Scale scale) {
  const char* named = scale == Scale::kRelative ? "relative" : "absolute";
  if (inputs.text_or("difference", named) != named) inputs.refuse("difference", named);
}

Result<Value> from_summaries(Inputs inputs, Scale scale) {
  const stats::QuantileSummary a = quantile_summary(inputs.object("a"));
  const stats::QuantileSummary b = quantile_summary(inputs.object("b"));
  const stats::QuantileDifferenceOptions options{.alpha = inputs.number("alpha")};
  expect_difference(inputs, scale);
  if (const Status read = inputs.status(); !read) return read.error();
  return difference_outputs(stats::quantile_estimate(a, options),
                            stats::quantile_estimate(b, options), scale, options);
}

Result<Value> from_clusters(Inputs inputs, Scale scale) {
  Inputs arm_a = inputs.object("a");
  Inputs arm_b = inputs.object("b");
  const stats::QuantileSummary a = quantile_summary(arm_a);
  const stats::QuantileSummary b = quantile_summary(arm_b);
  const stats::ClusterCounts counts_a = cluster_counts(arm_a);
  const stats::ClusterCounts counts_b = cluster_counts(arm_b);
  const stats::QuantileDifferenceOptions options{.alpha = inputs.number("alpha")};
  expect_difference(inputs, scale);
  if (const Status read = inputs.status(); !read) return read.error();
  return difference_outputs(stats::clustered_quantile_estimate(a, counts_a, options),
                            stats::clustered_quantile_estimate(b, counts_b, options), scale,
                            options);
}

Result<Value> quantile_absolute(Inputs inputs) {
  return from_summaries(std::move(inputs), Scale::kAbsolute);
}
Result<Value> quantile_relative(Inputs inputs) {
  return from_summaries(std::move(inputs), Scale::kRelative);
}
Result<Value> quantile_clustered_absolute(Inputs inputs) {
  return from_clusters(std::move(inputs), Scale::kAbsolute);
}
Result<Value> quantile_clustered_relative(Inputs inputs) {
  return from_clusters(std::move(inputs), Scale::kRelative);
}

Scale chosen_scale(Inputs inputs) {
  const std::string difference = inputs.text_or("difference", "absolute");
  if (difference != "absolute" && difference != "relative") {
    inputs.refuse("difference", "\"absolute\" or \"relative\"");
  }
  return difference == "relative" ? Scale::kRelative : Scale::kAbsolute;
}

Result<stats::QuantileEstimate> estimate_of_values(
    const std::vector<double>& sorted, double q, stats::TieRule ties,
    const stats::QuantileDifferenceOptions& options) {
  const auto summary = stats::quantile_summary(sorted, q, ties, options);
  if (!summary) return summary.error();
  return stats::quantile_estimate(*summary, options);
}

Result<Value> quantile_difference_values(Inputs inputs) {
  const std::vector<double> a = sorted_numbers(inputs, "x_a");
  const std::vector<double> b = sorted_numbers(inputs, "x_b");
  const double q = inputs.number("q");
  const stats::QuantileDifferenceOptions options{.alpha = inputs.number("alpha")};
  const Scale scale = chosen_scale(inputs);
  const std::string ties = inputs.text_or("ties", "order_statistics");
  if (ties != "order_statistics" && ties != "mid_rank") {
    inputs.refuse("ties", "\"order_statistics\" or \"mid_rank\"");
  }
  if (const Status read = inputs.status(); !read) return read.error();
  const stats::TieRule rule =
      ties == "mid_rank" ? stats::TieRule::kMidRank : stats::TieRule::kOrderStatistics;
  return difference_outputs(estimate_of_values(a, q, rule, options),
                            estimate_of_values(b, q, rule, options), scale, options);
}

Value grid_outputs(const stats::GridQuantile& quantile) {
  return Value::object({{"value", figure(quantile.value)},
                        {"bin", Value::array({figure(quantile.lower), figure(quantile.upper)})},
                        {"rank_error", figure(quantile.rank_error)}});
}

Result<Value> quantile_difference_grid(Inputs inputs) {
  const std::vector<double> edges = inputs.numbers("edges");
  const std::vector<std::int64_t> counts_a = inputs.counts("counts_a");
  const std::vector<std::int64_t> counts_b = inputs.counts("counts_b");
  const double q = inputs.number("q");
  const stats::QuantileDifferenceOptions options{.alpha = inputs.number("alpha")};
  const Scale scale = chosen_scale(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto a = stats::grid_quantile_estimate({edges, counts_a}, q, options);
  if (!a) return a.error().within("a");
  const auto b = stats::grid_quantile_estimate({edges, counts_b}, q, options);
  if (!b) return b.error().within("b");
  const Result<Value> difference = difference_outputs(a->estimate, b->estimate, scale, options);
  if (!difference) return difference.error();
  return Value::object({{"difference", *difference},
                        {"a", grid_outputs(a->quantile)},
                        {"b", grid_outputs(b->quantile)}});
}

constexpr Method kMethods[] = {
    {"quantile_absolute", "difference of quantiles from their ordinates", quantile_absolute},
    {"quantile_clustered_absolute", "the same for values that come in clusters",
     quantile_clustered_absolute},
    {"quantile_clustered_relative", "relative difference for values that come in clusters",
     quantile_clustered_relative},
    {"quantile_difference_grid", "difference of quantiles from counts on a grid",
     quantile_difference_grid},
    {"quantile_difference_values", "difference of quantiles from the values themselves",
     quantile_difference_values},
    {"quantile_order_statistic_ci", "distribution-free interval of one quantile",
     quantile_order_statistic_ci},
    {"quantile_relative", "relative difference of quantiles from their ordinates",
     quantile_relative},
};

}  // namespace

std::span<const Method> quantile_methods() {
  return kMethods;
}

}  // namespace converge::calc
