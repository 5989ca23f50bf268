#include <array>
#include <cmath>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/adjustment/covariate_balance.h"
#include "stats/adjustment/cuped.h"
#include "stats/adjustment/peer_cuped.h"
#include "stats/adjustment/post_stratification.h"
#include "stats/adjustment/winsorising.h"

namespace converge::calc {
namespace {

using stats::JointSample;

Value peer_output(const stats::WelchResult& test, std::optional<double> theta) {
  return Value::object({{"ci", bounds(test.interval)},
                        {"error", Value()},
                        {"expected", figure(test.estimate)},
                        {"p_value", figure(test.p_two_sided)},
                        {"stddev", figure(test.standard_error)},
                        {"theta", figure(theta)}});
}

// GrowthBook's sums.

stats::JointSums mean_sums(Inputs arm) {
  const double product = arm.number("post_pre_sum_of_products");
  return {
      .n = arm.count("n"),
      .sum = {arm.number("post_sum"), arm.number("pre_sum")},
      .product = {arm.number("post_sum_squares"), product, product, arm.number("pre_sum_squares")}};
}

stats::JointSums ratio_sums(Inputs arm) {
  static constexpr std::array<const char*, 4> kSums{"m_post_sum", "d_post_sum", "m_pre_sum",
                                                    "d_pre_sum"};
  static constexpr std::array<const char*, 16> kProducts{
      "m_post_ss",     "m_post_d_post", "m_post_m_pre", "m_post_d_pre",
      "m_post_d_post", "d_post_ss",     "m_pre_d_post", "d_post_d_pre",
      "m_post_m_pre",  "m_pre_d_post",  "m_pre_ss",     "m_pre_d_pre",
      "m_post_d_pre",  "d_post_d_pre",  "m_pre_d_pre",  "d_pre_ss"};
  stats::JointSums sums{.n = arm.count("n"), .sum = {}, .product = {}};
  for (const char* name : kSums) sums.sum.push_back(arm.number(name));
  for (const char* name : kProducts) sums.product.push_back(arm.number(name));
  return sums;
}

struct TwoArms {
  JointSample a;
  JointSample b;
  stats::WelchOptions options;
};

Result<TwoArms> growthbook_arms(Inputs inputs, stats::JointSums (*read)(Inputs)) {
  const stats::JointSums sums_a = read(inputs.object("a"));
  const stats::JointSums sums_b = read(inputs.object("b"));
  inputs.ignore("difference");
  const stats::WelchOptions options{.alpha = inputs.number("alpha")};
  if (const Status status = inputs.status(); !status) return status.error();
  const auto a = joint_sample_of_sums(sums_a);
  if (!a) return a.error().within("a");
  const auto b = joint_sample_of_sums(sums_b);
  if (!b) return b.error().within("b");
  return TwoArms{*a, *b, options};
}

Result<Value> growthbook_absolute(const Result<TwoArms>& arms) {
  if (!arms) return arms.error();
  const auto result = stats::growthbook_cuped(arms->a, arms->b, arms->options);
  if (!result) return result.error();
  return peer_output(result->absolute, result->theta);
}

Result<Value> growthbook_relative(const Result<TwoArms>& arms) {
  if (!arms) return arms.error();
  const auto absolute = stats::growthbook_cuped(arms->a, arms->b, arms->options);
  if (!absolute) return absolute.error();
  const auto relative = stats::growthbook_cuped_relative(arms->a, arms->b, arms->options);
  if (!relative) return relative.error();
  return peer_output(*relative, absolute->theta);
}

Result<Value> cuped_mean_absolute(Inputs inputs) {
  return growthbook_absolute(growthbook_arms(std::move(inputs), mean_sums));
}
Result<Value> cuped_mean_relative(Inputs inputs) {
  return growthbook_relative(growthbook_arms(std::move(inputs), mean_sums));
}
Result<Value> cuped_ratio_absolute(Inputs inputs) {
  return growthbook_absolute(growthbook_arms(std::move(inputs), ratio_sums));
}
Result<Value> cuped_ratio_relative(Inputs inputs) {
  return growthbook_relative(growthbook_arms(std::move(inputs), ratio_sums));
}

// Post-stratification.

/// A sample out of sums; one unit or none has variance 0 and joins another stratum.
Result<stats::Sample> sample_of_sums(Inputs arm) {
  const stats::JointSums sums{
      .n = arm.count("n"), .sum = {arm.number("sum")}, .product = {arm.number("sum_squares")}};
  if (const Status read = arm.status(); !read) return read.error();
  stats::Sample sample;
  sample.n = sums.n;
  if (sums.n < 2) {
    if (sums.n == 1) sample.mean = sums.sum[0];
    return sample;
  }
  const auto joint = joint_sample_of_sums(sums);
  if (!joint) return joint.error();
  sample.mean = joint->mean[0];
  sample.variance = joint->cov(0, 0);
  return sample;
}

struct Stratified {
  stats::PostStratified result;
  stats::WelchOptions options;
};

Result<Stratified> stratified(Inputs inputs) {
  inputs.ignore("difference");
  const stats::WelchOptions options{.alpha = inputs.number("alpha")};
  std::vector<Inputs> cells;
  for (Inputs stratum : inputs.objects("strata")) {
    cells.push_back(stratum.object("a"));
    cells.push_back(stratum.object("b"));
    for (std::size_t i = cells.size() - 2; i < cells.size(); ++i) {
      for (const char* name : {"n", "sum", "sum_squares"}) cells[i].ignore(name);
    }
  }
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<stats::StratumPair> strata;
  for (std::size_t i = 0; i < cells.size(); i += 2) {
    const auto a = sample_of_sums(cells[i]);
    if (!a) return a.error();
    const auto b = sample_of_sums(cells[i + 1]);
    if (!b) return b.error();
    strata.push_back({*a, *b});
  }
  const auto result = stats::post_stratification(strata);
  if (!result) return result.error();
  return Stratified{*result, options};
}

Result<Value> post_stratified_mean_absolute(Inputs inputs) {
  const auto strata = stratified(std::move(inputs));
  if (!strata) return strata.error();
  const auto test = stats::t_test(strata->result.adjusted, strata->options);
  if (!test) return test.error();
  return peer_output(*test, std::nullopt);
}

Result<Value> post_stratified_mean_relative(Inputs inputs) {
  const auto strata = stratified(std::move(inputs));
  if (!strata) return strata.error();
  const auto test = stats::delta_relative(strata->result.adjusted, strata->options);
  if (!test) return test.error();
  return peer_output(*test, std::nullopt);
}

// tea-tasting's aggregates by column name.

std::string pair_name(std::string_view left, std::string_view right) {
  return std::string(left).append(",").append(right);
}

JointSample aggregates(Inputs arm, const std::vector<std::string>& columns) {
  static constexpr std::array<const char*, 4> kOthers{"m", "d", "pm", "pd"};  // allowed beside
  Inputs mean = arm.object("mean");
  Inputs var = arm.object("var");
  Inputs cov = arm.object("cov");
  JointSample sample;
  sample.n = arm.count("n");
  for (const std::string& row : columns) {
    sample.mean.push_back(mean.number(row));
    for (const std::string& column : columns) {
      const std::string pair = pair_name(row, column);
      const std::string mirrored = pair_name(column, row);
      sample.covariance.push_back(row == column   ? var.number(row)
                                  : cov.has(pair) ? cov.number(pair)
                                                  : cov.number(mirrored));
    }
  }
  for (const char* left : kOthers) {
    mean.ignore(left);
    var.ignore(left);
    for (const char* right : kOthers) cov.ignore(pair_name(left, right));
  }
  return sample;
}

Result<Value> log_ratio_lift(Inputs inputs, std::initializer_list<const char*> roles) {
  Inputs names = inputs.object("columns");
  std::vector<std::string> columns;
  for (const char* role : roles) columns.push_back(names.text(role));
  const JointSample a = aggregates(inputs.object("a"), columns);
  const JointSample b = aggregates(inputs.object("b"), columns);
  const stats::WelchOptions options{.alpha = 1 - inputs.number("level")};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto lift = stats::log_ratio_lift_cuped(a, b, options);
  if (!lift) return lift.error();
  const stats::WelchResult& absolute = lift->adjusted.absolute;
  return Value::object({{"control", figure(lift->adjusted.mean_a)},
                        {"effect_size", figure(absolute.estimate)},
                        {"effect_size_ci_lower", figure(absolute.interval.lower)},
                        {"effect_size_ci_upper", figure(absolute.interval.upper)},
                        {"pvalue", figure(absolute.p_two_sided)},
                        {"rel_effect_size", figure(lift->lift.estimate)},
                        {"rel_effect_size_ci_lower", figure(lift->lift.interval.lower)},
                        {"rel_effect_size_ci_upper", figure(lift->lift.interval.upper)},
                        {"statistic", figure(absolute.t)},
                        {"theta", figure(lift->adjusted.theta)},
                        {"treatment", figure(lift->adjusted.mean_b)}});
}

Result<Value> log_ratio_lift_cuped_mean(Inputs inputs) {
  return log_ratio_lift(std::move(inputs), {"numer", "numer_covariate"});
}
Result<Value> log_ratio_lift_cuped_ratio(Inputs inputs) {
  return log_ratio_lift(std::move(inputs),
                        {"numer", "denom", "numer_covariate", "denom_covariate"});
}

// What Converge itself recommends.

struct Arms {
  std::vector<JointSample> samples;
};

/// [{"n", "mean": [...], "covariance": [[...]]}]; "columns" [[numerator, denominator] or [column]].
Result<Arms> read_arms(Inputs& inputs) {
  Arms arms;
  for (Inputs arm : inputs.objects("arms")) {
    JointSample sample;
    sample.n = arm.count("n");
    sample.mean = arm.numbers("mean");
    for (const std::vector<double>& row : arm.number_rows("covariance")) {
      sample.covariance.insert(sample.covariance.end(), row.begin(), row.end());
    }
    arms.samples.push_back(std::move(sample));
  }
  std::vector<stats::RatioColumn> columns;
  if (inputs.has("columns")) {
    for (const std::vector<std::int64_t>& row : inputs.count_rows("columns")) {
      const bool fits = row.size() == 1 || row.size() == 2;
      if (!fits || row[0] < 0 || row.back() < 0) {
        inputs.refuse("columns", "[column] or [numerator, denominator] for each");
        break;
      }
      stats::RatioColumn column{.numerator = static_cast<std::size_t>(row[0])};
      if (row.size() == 2) column.denominator = static_cast<std::size_t>(row[1]);
      columns.push_back(column);
    }
  } else {
    inputs.ignore("columns");
  }
  if (const Status read = inputs.status(); !read) return read.error();
  for (JointSample& sample : arms.samples) {
    if (columns.empty()) continue;
    const auto ratios = stats::linearised_ratios(sample, columns);
    if (!ratios) return ratios.error();
    sample = *ratios;
  }
  return arms;
}

Result<Value> comparison(const stats::CupedResult& adjusted, std::size_t arm,
                         const stats::WelchOptions& options) {
  const auto difference = stats::adjusted_difference(adjusted, 0, arm);
  if (!difference) return difference.error();
  const auto test = stats::t_test(*difference, options);
  if (!test) return test.error();
  const double half = (test->interval.upper - test->interval.lower) / 2;
  const auto lift = stats::fieller_relative_lift(
      stats::fieller_inputs(*difference, half / test->standard_error, 1 - options.alpha));
  return Value::object({{"ci", bounds(test->interval)},
                        {"df", figure(test->dof)},
                        {"estimate", figure(test->estimate)},
                        {"p_value", figure(test->p_two_sided)},
                        {"relative_lift", lift ? figure(lift->estimate) : Value()},
                        {"relative_lift_ci", lift ? bounds(lift->interval) : Value()},
                        {"se", figure(test->standard_error)},
                        {"se_unadjusted", figure(std::sqrt(difference->variance_unadjusted))}});
}

Result<Value> cuped(Inputs inputs) {
  const std::string wanted = inputs.text_or("coefficients", "auto");
  const stats::WelchOptions options{.alpha = inputs.number("alpha")};
  if (wanted != "auto" && wanted != "pooled" && wanted != "per_arm") {
    inputs.refuse("coefficients", "\"auto\", \"pooled\" or \"per_arm\"");
  }
  const auto arms = read_arms(inputs);
  if (!arms) return arms.error();
  const stats::CupedCoefficients coefficients =
      wanted == "pooled"    ? stats::CupedCoefficients::kPooled
      : wanted == "per_arm" ? stats::CupedCoefficients::kPerArm
                            : stats::coefficients_by_size(arms->samples);
  const auto adjusted =
      stats::cuped(arms->samples, {.coefficients = coefficients, .ridge = stats::kCupedRidge});
  if (!adjusted) return adjusted.error();
  Value::Array means;
  Value::Array thetas;
  Value::Array comparisons;
  for (std::size_t i = 0; i < adjusted->arms.size(); ++i) {
    means.push_back(figure(adjusted->arms[i].mean));
    thetas.push_back(figures(adjusted->arms[i].theta));
    if (i == 0) continue;
    Result<Value> compared = comparison(*adjusted, i, options);
    if (!compared) return compared.error();
    comparisons.push_back(*std::move(compared));
  }
  Value::Array left_out;
  for (const std::size_t covariate : adjusted->left_out) {
    left_out.push_back(figure(static_cast<double>(covariate)));
  }
  return Value::object({{"comparisons", Value::array(std::move(comparisons))},
                        {"left_out", Value::array(std::move(left_out))},
                        {"means", Value::array(std::move(means))},
                        {"theta", Value::array(std::move(thetas))}});
}

Result<Value> covariate_balance(Inputs inputs) {
  const auto arms = read_arms(inputs);
  if (!arms) return arms.error();
  const auto gaps = stats::covariate_balance(arms->samples);
  if (!gaps) return gaps.error();
  Value::Array rows;
  for (const stats::CovariateGap& gap : *gaps) {
    rows.push_back(
        Value::object({{"arm", figure(static_cast<double>(gap.arm))},
                       {"covariate", figure(static_cast<double>(gap.covariate))},
                       {"p_adjusted", figure(gap.p_adjusted)},
                       {"p_value", figure(gap.p)},
                       {"standardised_difference", figure(gap.standardised_difference)}}));
  }
  return Value::object({{"gaps", Value::array(std::move(rows))}});
}

Result<Value> winsor_limits(Inputs inputs) {
  const std::vector<double> values = inputs.numbers("values");
  const std::string counted = inputs.text_or("counted", "non_zero");
  if (counted != "non_zero" && counted != "all")
    inputs.refuse("counted", "\"non_zero\" or \"all\"");
  const stats::WinsorRule rule{
      .upper_quantile = inputs.number("upper_quantile"),
      .lower_quantile = inputs.number_or("lower_quantile", 0),
      .counted = counted == "all" ? stats::CountedValues::kAll : stats::CountedValues::kNonZero};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto limits = stats::winsor_limits(values, rule);
  if (!limits) return limits.error();
  return Value::object({{"cap", figure(limits->cap)}, {"floor", figure(limits->floor)}});
}

constexpr Method kMethods[] = {
    {"covariate_balance", "do covariates agree between the arms: Welch with Holm",
     covariate_balance},
    {"cuped", "means adjusted for covariates, any number of arms, relative lift by Fieller", cuped},
    {"cuped_mean_absolute", "CUPED of a mean as GrowthBook has it", cuped_mean_absolute},
    {"cuped_mean_relative", "CUPED of a mean, relative, as GrowthBook has it", cuped_mean_relative},
    {"cuped_ratio_absolute", "CUPED of a ratio as GrowthBook has it", cuped_ratio_absolute},
    {"cuped_ratio_relative", "CUPED of a ratio, relative, as GrowthBook has it",
     cuped_ratio_relative},
    {"log_ratio_lift_cuped_mean", "CUPED of a mean and its log-ratio lift as tea-tasting has it",
     log_ratio_lift_cuped_mean},
    {"log_ratio_lift_cuped_ratio", "CUPED of a ratio and its log-ratio lift as tea-tasting has it",
     log_ratio_lift_cuped_ratio},
    {"post_stratified_mean_absolute", "post-stratified difference of means",
     post_stratified_mean_absolute},
    {"post_stratified_mean_relative", "post-stratified relative difference by the delta method",
     post_stratified_mean_relative},
    {"winsor_limits", "cap and floor by pooled percentiles", winsor_limits},
};

}  // namespace

std::span<const Method> adjustment_methods() {
  return kMethods;
}

}  // namespace converge::calc
