#include "stats/deviance.h"

#include <cmath>

namespace converge::stats {

double log_factorial_remainder(double k) {
  static constexpr double kTwoPi = 6.283185307179586476925286766559;
  static constexpr double kSeriesFrom = 16;
  if (k == 0) return 0;
  if (k < kSeriesFrom) {
    double factorial = 1;
    for (int i = 2; i <= static_cast<int>(k); ++i) factorial *= i;
    return std::log(factorial) - k * std::log(k) + k;
  }
  const double inverse_square = 1 / (k * k);
  const double series =
      (1.0 / 12 -
       inverse_square * (1.0 / 360 - inverse_square * (1.0 / 1260 - inverse_square / 1680))) /
      k;
  return 0.5 * std::log(kTwoPi * k) + series;
}

double deviance(double count, double expected, double deviation) {
  if (count == 0) return expected;
  const double v = deviation / (count + expected);
  if (std::abs(v) > 0.1) return count * std::log(count / expected) - deviation;
  // ln(count / expected) = 2 artanh v; the term linear in v is deviation (1 + v).
  double sum = 0;
  double power = v * v * v;
  for (int k = 3; k < 25; k += 2) {
    sum += power / k;
    power *= v * v;
  }
  return deviation * v + 2 * count * sum;
}

}  // namespace converge::stats
