#include <string>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/means/delta_lift.h"
#include "stats/means/ratio_moments.h"
#include "stats/means/welch.h"
#include "stats/moment_sums.h"

// Tests of arms that come as sums, in the manner of GrowthBook: for comparison with it.
namespace converge::calc {
namespace {

struct SummedArms {
  stats::Sample a;
  stats::Sample b;
  double alpha = 0;
};

/// A proportion is summed without squares; its variance is p (1 - p), without n / (n - 1).
Result<stats::Sample> sample_of_successes(std::int64_t n, double successes) {
  if (n < 1) return Error{Errc::kInsufficientData, "n: expected 1 or more"};
  const auto trials = static_cast<double>(n);
  if (!(successes >= 0 && successes <= trials)) {
    return Error{Errc::kInvalidArgument, "sum: expected from 0 to n for a proportion"};
  }
  const double p = successes / trials;
  const double q = (trials - successes) / trials;
  return stats::Sample{
      .n = n, .mean = p, .variance = p * q, .third_central_moment = p * q * (q - p)};
}

Result<stats::Sample> sample_of_sums(const stats::PowerSums& sums) {
  const Result<stats::FloatingMoments> moments = stats::moments_of(sums);
  if (!moments) return moments.error();
  return stats::sample_of_x(*moments);
}

/// Reads "difference", which has to be that of the method's name, and "alpha".
double read_alpha(Inputs& inputs, const std::string& difference) {
  if (inputs.text_or("difference", difference) != difference) {
    inputs.refuse("difference", "\"" + difference + "\" as in the name of the method");
  }
  return inputs.number("alpha");
}

Result<SummedArms> read_means(Inputs inputs, const std::string& difference) {
  SummedArms arms;
  arms.alpha = read_alpha(inputs, difference);
  const std::string type = inputs.text("type");
  const bool is_proportion = type == "proportion";
  if (!is_proportion && type != "mean") inputs.refuse("type", "\"mean\" or \"proportion\"");
  const auto read_sums = [&](std::string_view arm) {
    Inputs record = inputs.object(arm);
    return stats::PowerSums{.n = record.count("n"),
                            .sum = record.number("sum"),
                            .sum_squares = is_proportion ? 0 : record.number("sum_squares")};
  };
  const stats::PowerSums sums_a = read_sums("a");
  const stats::PowerSums sums_b = read_sums("b");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto sample_of = [&](const stats::PowerSums& sums) {
    return is_proportion ? sample_of_successes(sums.n, sums.sum) : sample_of_sums(sums);
  };
  const Result<stats::Sample> a = sample_of(sums_a);
  if (!a) return a.error().within("a");
  const Result<stats::Sample> b = sample_of(sums_b);
  if (!b) return b.error().within("b");
  arms.a = *a;
  arms.b = *b;
  return arms;
}

Result<stats::Sample> ratio_of_sums(const stats::PairSums& sums) {
  const Result<stats::FloatingMoments> moments = stats::moments_of(sums);
  if (!moments) return moments.error();
  return stats::ratio_sample_of({.reference = 0.0, .pairs = *moments});
}

Result<SummedArms> read_ratios(Inputs inputs, const std::string& difference) {
  SummedArms arms;
  arms.alpha = read_alpha(inputs, difference);
  const auto read_sums = [&](std::string_view arm) {
    Inputs record = inputs.object(arm);
    return stats::PairSums{.n = record.count("n"),
                           .sum_x = record.number("m_sum"),
                           .sum_squares_x = record.number("m_sum_squares"),
                           .sum_y = record.number("d_sum"),
                           .sum_squares_y = record.number("d_sum_squares"),
                           .sum_products = record.number("m_d_sum_of_products")};
  };
  const stats::PairSums sums_a = read_sums("a");
  const stats::PairSums sums_b = read_sums("b");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Sample> a = ratio_of_sums(sums_a);
  if (!a) return a.error().within("a");
  const Result<stats::Sample> b = ratio_of_sums(sums_b);
  if (!b) return b.error().within("b");
  arms.a = *a;
  arms.b = *b;
  return arms;
}

Value answer_of(const stats::TTest& test, double p, const stats::Interval& interval) {
  return Value::object({{"expected", figure(test.estimate)},
                        {"ci", bounds(interval)},
                        {"p_value", figure(p)},
                        {"log_p_two_sided", figure(test.log_p_two_sided)},
                        {"stddev", figure(test.standard_error)},
                        {"df", figure(test.dof)}});
}

Result<Value> two_sided(const Result<stats::TTest>& test) {
  if (!test) return test.error();
  return answer_of(*test, test->p_two_sided, test->interval);
}

Result<Value> one_sided_greater(const Result<stats::TTest>& test, double alpha) {
  if (!test) return test.error();
  const Result<stats::Interval> interval = stats::lower_bound(*test, alpha);
  if (!interval) return interval.error();
  return answer_of(*test, test->p_greater, *interval);
}

Result<stats::TTest> absolute_test(const SummedArms& arms) {
  return stats::welch(arms.a, arms.b, {.alpha = arms.alpha});
}

Result<stats::TTest> relative_test(const SummedArms& arms) {
  return stats::delta_relative_lift(arms.a, arms.b, {.alpha = arms.alpha});
}

Result<Value> welch_absolute_two_sided(Inputs inputs) {
  const Result<SummedArms> arms = read_means(std::move(inputs), "absolute");
  if (!arms) return arms.error();
  return two_sided(absolute_test(*arms));
}

Result<Value> welch_absolute_one_sided_greater(Inputs inputs) {
  const Result<SummedArms> arms = read_means(std::move(inputs), "absolute");
  if (!arms) return arms.error();
  return one_sided_greater(absolute_test(*arms), arms->alpha);
}

Result<Value> welch_relative_two_sided(Inputs inputs) {
  const Result<SummedArms> arms = read_means(std::move(inputs), "relative");
  if (!arms) return arms.error();
  return two_sided(relative_test(*arms));
}

Result<Value> welch_relative_one_sided_greater(Inputs inputs) {
  const Result<SummedArms> arms = read_means(std::move(inputs), "relative");
  if (!arms) return arms.error();
  return one_sided_greater(relative_test(*arms), arms->alpha);
}

Result<Value> ratio_delta_absolute(Inputs inputs) {
  const Result<SummedArms> arms = read_ratios(std::move(inputs), "absolute");
  if (!arms) return arms.error();
  return two_sided(absolute_test(*arms));
}

Result<Value> ratio_delta_relative(Inputs inputs) {
  const Result<SummedArms> arms = read_ratios(std::move(inputs), "relative");
  if (!arms) return arms.error();
  return two_sided(relative_test(*arms));
}

constexpr Method kMethods[] = {
    {"ratio_delta_absolute", "difference of ratios of sums, delta method", ratio_delta_absolute},
    {"ratio_delta_relative", "relative lift of ratios of sums, delta method", ratio_delta_relative},
    {"welch_absolute_one_sided_greater", "difference of means of sums, one-sided Welch's t",
     welch_absolute_one_sided_greater},
    {"welch_absolute_two_sided", "difference of means of sums, Welch's t",
     welch_absolute_two_sided},
    {"welch_relative_one_sided_greater", "relative lift of sums, one-sided delta method",
     welch_relative_one_sided_greater},
    {"welch_relative_two_sided", "relative lift of sums, delta method", welch_relative_two_sided},
};

}  // namespace

std::span<const Method> sum_methods() {
  return kMethods;
}

}  // namespace converge::calc
