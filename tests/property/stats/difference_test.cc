#include "stats/difference.h"

#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "samples.h"

namespace converge::stats {
namespace {

std::vector<StratumPair> any_strata() {
  std::vector<StratumPair> strata(*rc::gen::inRange<std::size_t>(1, 6));
  for (StratumPair& pair : strata) pair = {any_sample(), any_sample()};
  return strata;
}

/// Means cancel in the estimate: closeness is judged by what went in.
bool near(double left, double right, const Difference& scale) {
  return std::abs(left - right) <= 1e-12 * (std::abs(scale.mean_a) + std::abs(scale.mean_b));
}

}  // namespace

TEST_CASE("Strata: the order does not matter and swapping the arms mirrors") {
  rc::prop("order and mirror", [] {
    std::vector<StratumPair> strata = any_strata();
    const Difference difference = combine_strata(strata).value();
    std::reverse(strata.begin(), strata.end());
    for (StratumPair& pair : strata) std::swap(pair.a, pair.b);
    const Difference mirror = combine_strata(strata).value();
    RC_ASSERT(near(difference.estimate, -mirror.estimate, difference) ||
              close(difference.estimate, -mirror.estimate, 1e-9));
    RC_ASSERT(close(difference.variance, mirror.variance, 1e-12));
    RC_ASSERT(close(difference.variance_of_mean_a, mirror.variance_of_mean_b, 1e-12));
    RC_ASSERT(difference.n_a == mirror.n_b);
    RC_ASSERT(std::abs(difference.skew_standardised + mirror.skew_standardised) <= 1e-9);
  });
}

TEST_CASE("Strata: an effect that is the same everywhere is the estimate") {
  rc::prop("homogeneous effect", [] {
    std::vector<StratumPair> strata = any_strata();
    const double effect = any_number();
    double largest = std::abs(effect);
    for (StratumPair& pair : strata) {
      pair.b.mean = pair.a.mean + effect;
      largest = std::max(largest, std::abs(pair.a.mean) + std::abs(effect));
    }
    const Difference difference = combine_strata(strata).value();
    RC_ASSERT(std::abs(difference.estimate - effect) <= 1e-12 * largest);
    RC_ASSERT(difference.mean_b - difference.mean_a == difference.estimate);
  });
}

TEST_CASE("Contrasts: factor 1 is the difference itself") {
  rc::prop("identity", [] {
    const Difference difference = combine_strata(any_strata()).value();
    const Difference same = scaled_contrast(difference, 1).value();
    RC_ASSERT(same.estimate == difference.estimate);
    RC_ASSERT(same.variance == difference.variance);
    RC_ASSERT(std::abs(same.skew_standardised - difference.skew_standardised) <= 1e-9);
  });
}

}  // namespace converge::stats
