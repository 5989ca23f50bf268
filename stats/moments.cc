#include "stats/moments.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <string>

namespace converge::stats {
namespace {

using Integer = boost::multiprecision::cpp_int;

template <int kLimbs>
Integer integer_of(const WideInt<kLimbs>& value) {
  const WideInt<kLimbs> magnitude = value.is_negative() ? -value : value;
  Integer result = 0;
  for (std::size_t i = magnitude.limbs().size(); i-- > 0;) {
    result = (result << 64U) | magnitude.limbs()[i];
  }
  return value.is_negative() ? Integer(-result) : result;
}

/// The double nearest to numerator / denominator * 10^exponent; the denominator is positive.
double rounded_once(Integer numerator, Integer denominator, int exponent) {
  static constexpr int kQuotientBits = 62;  // far more than a mantissa, and still 64 bits
  if (numerator == 0) return 0.0;
  const bool negative = numerator < 0;
  if (negative) numerator = -numerator;
  const Integer power =
      boost::multiprecision::pow(Integer(10), static_cast<unsigned>(std::abs(exponent)));
  (exponent < 0 ? denominator : numerator) *= power;

  const int shift =
      kQuotientBits - static_cast<int>(msb(numerator)) + static_cast<int>(msb(denominator));
  if (shift >= 0) {
    numerator <<= static_cast<unsigned>(shift);
  } else {
    denominator <<= static_cast<unsigned>(-shift);
  }
  Integer quotient;
  Integer remainder;
  divide_qr(numerator, denominator, quotient, remainder);
  auto bits = quotient.convert_to<std::uint64_t>();
  if (remainder != 0) bits |= 1U;  // so that a tie is seen as none
  const double magnitude = std::ldexp(static_cast<double>(bits), -shift);
  return negative ? -magnitude : magnitude;
}

Status variance_defined(const ExactMoments& moments) {
  if (moments.n >= 2) return {};
  return Error{Errc::kInsufficientData,
               "n: " + std::to_string(moments.n) + " units, the variance needs at least 2"};
}

}  // namespace

void ExactMoments::add(std::int64_t x_total, std::int64_t y_total) {
  n += 1;
  x += Int128(x_total);
  xx += Int192::product(x_total, x_total);
  xxx += Int256::product(x_total, x_total, x_total);
  if (y_total == 0) return;
  y += Int128(y_total);
  xy += Int192::product(x_total, y_total);
  yy += Int192::product(y_total, y_total);
  xxy += Int256::product(x_total, x_total, y_total);
  xyy += Int256::product(x_total, y_total, y_total);
  yyy += Int256::product(y_total, y_total, y_total);
}

void ExactMoments::remove(std::int64_t x_total, std::int64_t y_total) {
  ExactMoments one;
  one.add(x_total, y_total);
  *this -= one;
}

ExactMoments& ExactMoments::operator+=(const ExactMoments& other) {
  n += other.n;
  x += other.x;
  y += other.y;
  xx += other.xx;
  xy += other.xy;
  yy += other.yy;
  xxx += other.xxx;
  xxy += other.xxy;
  xyy += other.xyy;
  yyy += other.yyy;
  return *this;
}

ExactMoments& ExactMoments::operator-=(const ExactMoments& other) {
  n -= other.n;
  x -= other.x;
  y -= other.y;
  xx -= other.xx;
  xy -= other.xy;
  yy -= other.yy;
  xxx -= other.xxx;
  xxy -= other.xxy;
  xyy -= other.xyy;
  yyy -= other.yyy;
  return *this;
}

Result<Sample> sample_of(const ExactMoments& moments, int scale_exponent_x) {
  if (const Status defined = variance_defined(moments); !defined) return defined.error();
  const Integer n = moments.n;
  const Integer s1 = integer_of(moments.x);
  const Integer s2 = integer_of(moments.xx);
  const Integer s3 = integer_of(moments.xxx);
  Sample sample;
  sample.n = moments.n;
  sample.mean = rounded_once(s1, n, scale_exponent_x);
  sample.variance = rounded_once(n * s2 - s1 * s1, n * (n - 1), 2 * scale_exponent_x);
  sample.third_central_moment = rounded_once(n * n * s3 - 3 * n * s1 * s2 + 2 * s1 * s1 * s1,
                                             n * n * n, 3 * scale_exponent_x);
  return sample;
}

Result<double> covariance_of(const ExactMoments& moments, int scale_exponent_x,
                             int scale_exponent_y) {
  if (const Status defined = variance_defined(moments); !defined) return defined.error();
  const Integer n = moments.n;
  return rounded_once(n * integer_of(moments.xy) - integer_of(moments.x) * integer_of(moments.y),
                      n * (n - 1), scale_exponent_x + scale_exponent_y);
}

Result<ThirdCoMoments> third_co_moments_of(const ExactMoments& moments, int scale_exponent_x,
                                           int scale_exponent_y) {
  if (const Status defined = variance_defined(moments); !defined) return defined.error();
  const Integer n = moments.n;
  const Integer x = integer_of(moments.x);
  const Integer y = integer_of(moments.y);
  const Integer xy = integer_of(moments.xy);
  const Integer xxy = n * n * integer_of(moments.xxy) - n * y * integer_of(moments.xx) -
                      2 * n * x * xy + 2 * x * x * y;
  const Integer xyy = n * n * integer_of(moments.xyy) - n * x * integer_of(moments.yy) -
                      2 * n * y * xy + 2 * x * y * y;
  const Integer cube = n * n * n;
  return ThirdCoMoments{.xxy = rounded_once(xxy, cube, 2 * scale_exponent_x + scale_exponent_y),
                        .xyy = rounded_once(xyy, cube, scale_exponent_x + 2 * scale_exponent_y)};
}

Result<Sample> ratio_sample_of(const ExactMoments& moments, int scale_exponent_x,
                               int scale_exponent_y) {
  if (const Status defined = variance_defined(moments); !defined) return defined.error();
  if (moments.y.is_zero()) {
    return Error{Errc::kInsufficientData,
                 "y: the denominators add up to 0, the ratio is undefined"};
  }
  const Integer n = moments.n;
  const Integer x = integer_of(moments.x);
  const Integer y = integer_of(moments.y);
  // The integer y x_i - x y_i is y times the residual x_i - R y_i; the residuals add up to 0.
  const Integer second = y * y * integer_of(moments.xx) - 2 * x * y * integer_of(moments.xy) +
                         x * x * integer_of(moments.yy);
  const Integer third =
      y * y * y * integer_of(moments.xxx) - 3 * y * y * x * integer_of(moments.xxy) +
      3 * y * x * x * integer_of(moments.xyy) - x * x * x * integer_of(moments.yyy);
  const int scale = scale_exponent_x - scale_exponent_y;
  const Integer y_squared = y * y;
  Sample sample;
  sample.n = moments.n;
  sample.mean = rounded_once(y < 0 ? Integer(-x) : x, abs(y), scale);
  // Dividing by the mean of y = y / n: powers of n move to the numerator.
  sample.variance = rounded_once(second * n * n, y_squared * y_squared * (n - 1), 2 * scale);
  sample.third_central_moment =
      rounded_once(third * n * n, y_squared * y_squared * y_squared, 3 * scale);
  return sample;
}

}  // namespace converge::stats
