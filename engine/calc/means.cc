#include <string>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/samples.h"
#include "stats/floating_moments.h"
#include "stats/means/equivalence.h"
#include "stats/means/skew_corrected_t.h"
#include "stats/means/student.h"
#include "stats/means/welch.h"
#include "stats/means/welch_anova.h"

namespace converge::calc {
namespace {

Result<Value> moments_bivariate(Inputs inputs) {
  const std::vector<double> x = inputs.numbers("x");
  const std::vector<double> y = inputs.numbers("y");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::FloatingMoments> moments = stats::moments_of(x, y);
  if (!moments) return moments.error();
  const Result<stats::Sample> sample_x = stats::sample_of_x(*moments);
  if (!sample_x) return sample_x.error();
  const Result<stats::Sample> sample_y = stats::sample_of_y(*moments);
  if (!sample_y) return sample_y.error();
  const Result<double> covariance = stats::covariance_of(*moments);
  if (!covariance) return covariance.error();
  const Result<double> skewness = stats::skewness_of_x(*moments);
  return Value::object({{"n", Value::integer(moments->n)},
                        {"mean", figure(sample_x->mean)},
                        {"variance_ddof1", figure(sample_x->variance)},
                        {"skewness_population", skewness ? figure(*skewness) : Value()},
                        {"mean_y", figure(sample_y->mean)},
                        {"variance_y_ddof1", figure(sample_y->variance)},
                        {"covariance_ddof1", figure(*covariance)}});
}

Result<Value> welch(Inputs inputs) {
  const std::optional<double> alpha = inputs.optional_number("alpha");
  const Result<Arms> arms = read_arms(inputs);
  if (!arms) return arms.error();
  const Result<stats::WelchResult> test =
      stats::welch(arms->a, arms->b, {.alpha = alpha.value_or(0.05)});
  if (!test) return test.error();
  Value::Object members = members_of(*test);
  members.emplace_back("ci", bounds(test->interval));
  members.emplace_back("level", figure(test->interval.level));
  static constexpr struct {
    const char* name;
    double alpha;
  } kLevels[] = {{"ci90", 0.1}, {"ci95", 0.05}, {"ci99", 0.01}};
  for (const auto& level : kLevels) {
    const Result<stats::WelchResult> at_level =
        stats::welch(arms->a, arms->b, {.alpha = level.alpha});
    if (!at_level) return at_level.error();
    members.emplace_back(level.name, bounds(at_level->interval));
  }
  return Value::object(std::move(members));
}

Result<Value> student_t_pooled(Inputs inputs) {
  const double alpha = inputs.number_or("alpha", 0.05);
  const Result<Arms> arms = read_arms(inputs);
  if (!arms) return arms.error();
  const Result<stats::TTest> test = stats::student_pooled(arms->a, arms->b, {.alpha = alpha});
  if (!test) return test.error();
  Value::Object members = members_of(*test);
  members.emplace_back("ci", bounds(test->interval));
  members.emplace_back("level", figure(test->interval.level));
  return Value::object(std::move(members));
}

Result<Value> tost_equivalence_welch(Inputs inputs) {
  const stats::EquivalenceOptions options{.margin_low = inputs.number("margin_low"),
                                          .margin_high = inputs.number("margin_high"),
                                          .alpha = inputs.number_or("alpha", 0.05)};
  const Result<Arms> arms = read_arms(inputs);
  if (!arms) return arms.error();
  const Result<stats::Equivalence> result = stats::welch_equivalence(arms->a, arms->b, options);
  if (!result) return result.error();
  return Value::object({{"diff", figure(result->estimate)},
                        {"se", figure(result->standard_error)},
                        {"df", figure(result->dof)},
                        {"t_lower", figure(result->t_low)},
                        {"p_lower_noninferiority", figure(result->p_low)},
                        {"t_upper", figure(result->t_high)},
                        {"p_upper", figure(result->p_high)},
                        {"p_tost", figure(result->p)},
                        {"ci", bounds(result->interval)},
                        {"level", figure(result->interval.level)},
                        {"equivalent", Value::boolean(result->p < options.alpha)}});
}

Result<Value> welch_anova_k_groups(Inputs inputs) {
  const std::vector<std::vector<double>> rows = inputs.number_rows("groups");
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<stats::Sample> groups;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Result<stats::Sample> group =
        sample_of_values(rows[i], "groups[" + std::to_string(i) + "]");
    if (!group) return group.error();
    groups.push_back(*group);
  }
  const Result<stats::WelchAnova> result = stats::welch_anova(groups);
  if (!result) return result.error();
  return Value::object({{"F", figure(result->f)},
                        {"df_num", figure(result->dof_numerator)},
                        {"df_denom", figure(result->dof_denominator)},
                        {"p", figure(result->p)}});
}

Result<Value> skew_corrected_t(Inputs inputs) {
  const double alpha = inputs.number_or("alpha", 0.05);
  if (!inputs.has("a")) {
    // A third moment that was left out is not one of 0.
    static_cast<void>(inputs.number("third_central_moment_a"));
    static_cast<void>(inputs.number("third_central_moment_b"));
  }
  const Result<Arms> arms = read_arms(inputs);
  if (!arms) return arms.error();
  const Result<stats::SkewCorrectedT> result =
      stats::skew_corrected_t(arms->a, arms->b, {.alpha = alpha});
  if (!result) return result.error();
  Value::Object members = members_of(result->test);
  members.emplace_back("ci", bounds(result->test.interval));
  members.emplace_back("level", figure(result->test.interval.level));
  members.emplace_back("skew_of_difference", figure(result->skew));
  members.emplace_back("plain_suffices", Value::boolean(result->plain_suffices));
  members.emplace_back("t_welch", figure(result->t_welch));
  members.emplace_back("t_johnson", figure(result->t_johnson));
  return Value::object(std::move(members));
}

constexpr Method kMethods[] = {
    {"moments_bivariate", "mean, variance, covariance and skewness of pairs", moments_bivariate},
    {"skew_corrected_t", "difference of skewed means, t corrected for skewness", skew_corrected_t},
    {"student_t_pooled", "difference of means with one variance, Student's t", student_t_pooled},
    {"tost_equivalence_welch", "equivalence of means within margins by two one-sided tests",
     tost_equivalence_welch},
    {"welch_anova_k_groups", "equality of k means without equal variances", welch_anova_k_groups},
    {"welch_from_raw", "difference of means of values, Welch's t", welch},
    {"welch_from_stats", "difference of means of summary statistics, Welch's t", welch},
};

}  // namespace

std::span<const Method> mean_methods() {
  return kMethods;
}

}  // namespace converge::calc
