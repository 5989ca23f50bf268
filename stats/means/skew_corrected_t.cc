#include "stats/means/skew_corrected_t.h"

#include <cmath>
#include <cstdint>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/means/welch.h"

namespace converge::stats {
namespace {

constexpr std::int64_t kSmallestArm = 50;
constexpr double kLargestSkew = 0.3;
constexpr double kPlainSuffices = 0.053;

/// Third central moment of the mean of an arm, in units of a standard error.
double skew_of_mean(const Sample& sample, double standard_error) {
  const auto n = static_cast<double>(sample.n);
  return sample.third_central_moment / standard_error / standard_error / standard_error / n / n;
}

/// Hall's monotone cubic ((1 + g t / 3)^3 - 1) / g + g / 6, written out for g near 0.
double transformed(double t, double skew) {
  return t + skew * t * t / 3 + skew * skew * t * t * t / 27 + skew / 6;
}

/// The t that transformed() takes to w.
double inverse_transformed(double w, double skew) {
  const double level = w - skew / 6;
  const double cube = skew * level;  // (1 + g t / 3)^3 - 1
  if (cube == 0) return level;
  const double root = cube > -0.5 ? std::expm1(std::log1p(cube) / 3) : std::cbrt(1 + cube) - 1;
  return 3 * (root / skew);
}

Status guard(const Sample& sample, const std::string& arm) {
  if (sample.n < kSmallestArm) {
    return Error{Errc::kInsufficientData, arm + ".n: " + std::to_string(sample.n) +
                                              " units, the skewness needs at least " +
                                              std::to_string(kSmallestArm)};
  }
  if (sample.variance == 0) return {};
  const auto n = static_cast<double>(sample.n);
  const double skew = skew_of_mean(sample, std::sqrt(sample.variance / n));
  if (std::abs(skew) <= kLargestSkew) return {};
  return Error{Errc::kInsufficientData,
               arm +
                   ".third_central_moment: too skewed for a correction, n >= 11 skewness^2 is "
                   "needed"};
}

}  // namespace

Result<SkewCorrectedT> skew_corrected_t(const Sample& a, const Sample& b,
                                        const SkewCorrectedOptions& options) {
  const Result<WelchResult> plain = welch(a, b, {.alpha = options.alpha});
  if (!plain) return plain.error();
  SkewCorrectedT result;
  result.skew = skew_of_mean(b, plain->standard_error) - skew_of_mean(a, plain->standard_error);
  if (!std::isfinite(result.skew)) {
    return Error{Errc::kInvalidArgument, "third_central_moment: exceeds the range of double"};
  }
  if (const Status trusted = first_failure({guard(a, "a"), guard(b, "b")}); !trusted) {
    return trusted.error();
  }
  result.plain_suffices = std::abs(result.skew) <= kPlainSuffices;
  const double t = plain->t;
  result.t_welch = t;
  result.t_johnson = t + result.skew / 6 * (2 * t * t + 1);

  const Result<TTest> corrected =
      t_test({.estimate = transformed(t, result.skew), .standard_error = 1, .dof = plain->dof},
             options.alpha);
  if (!corrected) return corrected.error();
  result.test = *corrected;
  result.test.estimate = plain->estimate;
  result.test.standard_error = plain->standard_error;
  const double quantile = student_t_upper_quantile(options.alpha / 2, plain->dof);
  result.test.interval = {
      plain->estimate - plain->standard_error * inverse_transformed(quantile, result.skew),
      plain->estimate - plain->standard_error * inverse_transformed(-quantile, result.skew),
      1 - options.alpha};
  return result;
}

}  // namespace converge::stats
