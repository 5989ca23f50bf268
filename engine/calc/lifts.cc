#include <string>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/samples.h"
#include "stats/means/fieller.h"
#include "stats/means/log_ratio_lift.h"
#include "stats/means/ratio_moments.h"
#include "stats/means/relative_lift.h"
#include "stats/moment_sums.h"

namespace converge::calc {
namespace {

Result<Value> fieller_relative_lift(Inputs inputs) {
  const double se_a = inputs.number("se_a");
  const double se_b = inputs.number("se_b");
  const stats::FiellerInputs fieller{.mean_a = inputs.number("mean_a"),
                                     .variance_of_mean_a = se_a * se_a,
                                     .mean_b = inputs.number("mean_b"),
                                     .variance_of_mean_b = se_b * se_b,
                                     .covariance = inputs.number_or("cov", 0),
                                     .z = inputs.number("z"),
                                     .level = 0.95};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::RelativeLift> lift = stats::fieller_relative_lift(fieller);
  if (!lift) return lift.error();
  return Value::object({{"bounded", Value::boolean(lift->interval.has_value())},
                        {"relative_lift", figure(lift->estimate)},
                        {"relative_lift_ci95", bounds(lift->interval)}});
}

Result<Value> welch_relative_lift(Inputs inputs) {
  const double alpha = inputs.number_or("alpha", 0.05);
  const Result<Arms> arms = read_arms(inputs);
  if (!arms) return arms.error();
  const Result<stats::WelchLift> lift =
      stats::welch_relative_lift(arms->a, arms->b, {.alpha = alpha});
  if (!lift) return lift.error();
  return Value::object(members_of_lift(*lift));
}

Result<Value> degenerate_mean(Inputs inputs) {
  inputs.ignore("case");
  return welch_relative_lift(inputs);
}

/// {"n", "mean": {column: ...}, "var": {...}, "cov": {"d,m": ...}} of the columns that are asked
/// for.
stats::PairSummary read_summary(Inputs record, const std::string& x, const std::string& y) {
  stats::PairSummary summary;
  summary.n = record.count("n");
  Inputs means = record.object("mean");
  Inputs variances = record.object("var");
  Inputs covariances = record.object("cov");
  summary.mean_x = means.number(x);
  summary.variance_x = variances.number(x);
  if (!y.empty()) {
    summary.mean_y = means.number(y);
    summary.variance_y = variances.number(y);
    summary.covariance = covariances.number(x < y ? x + "," + y : y + "," + x);
  }
  means.ignore_others();
  variances.ignore_others();
  covariances.ignore_others();
  return summary;
}

/// A mean where y is empty, else the ratio of x to y.
Result<stats::Sample> sample_of_summary(const stats::PairSummary& summary, bool is_ratio) {
  const Result<stats::FloatingMoments> moments = stats::moments_of(summary);
  if (!moments) return moments.error();
  if (!is_ratio) return stats::sample_of_x(*moments);
  return stats::ratio_sample_of({.reference = 0.0, .pairs = *moments});
}

Value::Object members_of_relative(const Result<stats::LogRatioLift>& lift) {
  return {{"rel_effect_size", lift ? figure(lift->estimate) : Value()},
          {"rel_effect_size_ci_lower", lift ? figure(lift->interval.lower) : Value()},
          {"rel_effect_size_ci_upper", lift ? figure(lift->interval.upper) : Value()},
          {"rel_pvalue", lift ? figure(lift->log_ratio.p_two_sided) : Value()},
          {"rel_undefined", lift ? Value() : Value::string(lift.error().message)}};
}

Result<Value> answer_log_ratio(const stats::Sample& a, const stats::Sample& b, double alpha) {
  const Result<stats::WelchResult> absolute = stats::welch(a, b, {.alpha = alpha});
  if (!absolute) return absolute.error();
  Value::Object members = {{"control", figure(a.mean)},
                           {"treatment", figure(b.mean)},
                           {"effect_size", figure(absolute->estimate)},
                           {"effect_size_ci_lower", figure(absolute->interval.lower)},
                           {"effect_size_ci_upper", figure(absolute->interval.upper)},
                           {"statistic", figure(absolute->t)},
                           {"pvalue", figure(absolute->p_two_sided)}};
  for (Value::Member& member : members_of_relative(stats::log_ratio_lift(a, b, {.alpha = alpha}))) {
    members.push_back(std::move(member));
  }
  return Value::object(std::move(members));
}

Result<Value> log_ratio_lift(Inputs inputs, const std::string& x, const std::string& y) {
  const double alpha = 1 - inputs.number_or("level", 0.95);
  const stats::PairSummary summary_a = read_summary(inputs.object("a"), x, y);
  const stats::PairSummary summary_b = read_summary(inputs.object("b"), x, y);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Sample> a = sample_of_summary(summary_a, !y.empty());
  if (!a) return a.error().within("a");
  const Result<stats::Sample> b = sample_of_summary(summary_b, !y.empty());
  if (!b) return b.error().within("b");
  return answer_log_ratio(*a, *b, alpha);
}

Result<Value> log_ratio_lift_mean(Inputs inputs) {
  const std::string numerator = inputs.object("columns").text("numer");
  return log_ratio_lift(inputs, numerator, "");
}

Result<Value> log_ratio_lift_ratio(Inputs inputs) {
  Inputs columns = inputs.object("columns");
  const std::string numerator = columns.text("numer");
  const std::string denominator = columns.text("denom");
  return log_ratio_lift(inputs, numerator, denominator);
}

constexpr Method kMethods[] = {
    {"degenerate_mean", "welch_relative_lift of values, under the name of the reference cases",
     degenerate_mean},
    {"fieller_relative_lift", "relative lift by Fieller's exact inversion", fieller_relative_lift},
    {"log_ratio_lift_mean", "relative lift of means on the scale of the log ratio",
     log_ratio_lift_mean},
    {"log_ratio_lift_ratio", "relative lift of ratios of means on the scale of the log ratio",
     log_ratio_lift_ratio},
    {"welch_relative_lift", "Welch's t and the relative lift by the same inversion",
     welch_relative_lift},
};

}  // namespace

std::span<const Method> lift_methods() {
  return kMethods;
}

}  // namespace converge::calc
