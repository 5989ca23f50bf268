#pragma once

#include <cstdint>

namespace converge::calibration {

/// xoshiro256++ (Blackman, Vigna 2021) seeded by splitmix64, with draws of our own: the same seed
/// gives the same values with every standard library, which std::distributions do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t bits();
  double uniform();      ///< in (0, 1), both ends excluded
  double normal();       ///< mean 0, variance 1: Marsaglia's polar method
  double exponential();  ///< mean 1
  double lognormal(double mu, double sigma);
  bool bernoulli(double p) { return uniform() < p; }
  /// Exact, by inversion from 0 upwards in pieces whose start does not underflow. Cost O(n p).
  std::int64_t binomial(std::int64_t n, double p);
  std::int64_t poisson(double mean);  ///< exact, by inversion. Cost O(mean).

 private:
  std::int64_t binomial_piece(std::int64_t n, double p);

  std::uint64_t state_[4];
  double spare_ = 0;
  bool has_spare_ = false;
};

/// The seed of run number `run` of the simulation called `name`.
std::uint64_t seed_of(const char* name, int run);

}  // namespace converge::calibration
