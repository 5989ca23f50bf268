#include "tests/calibration/arm_sums.h"

#include <algorithm>

namespace converge::calibration {

void ArmSums::add(double value) {
  ++n;
  if (value != 0) ++events;
  x += value;
  xx += value * value;
  xxx += value * value * value;
}

void ArmSums::add_conversions(std::int64_t trials, std::int64_t successes) {
  n += trials;
  events += successes;
  const auto sum = static_cast<double>(successes);
  x += sum;
  xx += sum;
  xxx += sum;
}

ArmSums& ArmSums::operator+=(const ArmSums& other) {
  n += other.n;
  events += other.events;
  x += other.x;
  xx += other.xx;
  xxx += other.xxx;
  return *this;
}

stats::Sample ArmSums::sample() const {
  stats::Sample sample;
  sample.n = n;
  if (n == 0) return sample;
  const auto count = static_cast<double>(n);
  const double mean = x / count;
  sample.mean = mean;
  if (n < 2) return sample;
  sample.variance = std::max(0.0, (xx - x * mean) / (count - 1));
  sample.third_central_moment = xxx / count - 3 * mean * (xx / count) + 2 * mean * mean * mean;
  return sample;
}

}  // namespace converge::calibration
