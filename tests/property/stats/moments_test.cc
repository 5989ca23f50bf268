#include "stats/moments.h"

#include <rapidcheck/catch.h>
#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace converge::stats {
namespace {

using Pair = std::pair<std::int64_t, std::int64_t>;
using Precise = boost::multiprecision::cpp_bin_float_100;

std::vector<Pair> any_units() {
  return *rc::gen::container<std::vector<Pair>>(
      rc::gen::pair(rc::gen::arbitrary<std::int64_t>(), rc::gen::arbitrary<std::int64_t>()));
}

ExactMoments moments_of(const std::vector<Pair>& units) {
  ExactMoments moments;
  for (const auto& [x, y] : units) moments.add(x, y);
  return moments;
}

/// Half a unit in the last place; what is exactly 0 comes out as 1e-43 or less in 100 digits.
bool near(double got, const Precise& expected) {
  return abs(Precise(got) - expected) <= abs(expected) * 2e-16 + Precise("1e-42");
}

}  // namespace

TEST_CASE("Moments do not depend on order, batches or detours") {
  rc::prop("shuffled, cut in batches, merged in any order", [] {
    const std::vector<Pair> units = any_units();
    const ExactMoments whole = moments_of(units);

    std::vector<ExactMoments> parts(*rc::gen::inRange<std::size_t>(1, 6));
    for (const auto& [x, y] : units) {
      parts[*rc::gen::inRange<std::size_t>(0, parts.size())].add(x, y);
    }
    while (parts.size() > 1) {
      const auto at = *rc::gen::inRange<std::size_t>(0, parts.size() - 1);
      parts[at] += parts.back();
      parts.pop_back();
    }
    RC_ASSERT(parts.front() == whole);
  });
  rc::prop("removing what was added gives back the rest", [] {
    const std::vector<Pair> kept = any_units();
    const std::vector<Pair> removed = any_units();
    ExactMoments one_by_one = moments_of(kept);
    ExactMoments at_once = one_by_one;
    for (const auto& [x, y] : removed) one_by_one.add(x, y);
    for (const auto& [x, y] : removed) one_by_one.remove(x, y);
    at_once += moments_of(removed);
    at_once -= moments_of(removed);
    RC_ASSERT(one_by_one == moments_of(kept));
    RC_ASSERT(at_once == one_by_one);
  });
}

TEST_CASE("Samples are the definition, rounded once") {
  rc::prop("mean, variance, third moment and covariance in 100 digits", [] {
    const std::vector<Pair> units = any_units();
    RC_PRE(units.size() >= 2);
    const int scale = *rc::gen::inRange(-12, 1);
    const auto got = sample_of(moments_of(units), scale);
    const auto covariance = covariance_of(moments_of(units), scale, -6);
    RC_ASSERT(got.has_value() && covariance.has_value());

    const Precise unit = pow(Precise(10), scale);
    const Precise n = units.size();
    Precise mean = 0;
    Precise mean_y = 0;
    for (const auto& [x, y] : units) {
      mean += Precise(x) / n;
      mean_y += Precise(y) / n;
    }
    Precise second = 0;
    Precise third = 0;
    Precise cross = 0;
    for (const auto& [x, y] : units) {
      const Precise deviation = Precise(x) - mean;
      second += deviation * deviation;
      third += deviation * deviation * deviation;
      cross += deviation * (Precise(y) - mean_y);
    }
    RC_ASSERT(near(got->mean, mean * unit));
    RC_ASSERT(near(got->variance, second / (n - 1) * unit * unit));
    RC_ASSERT(near(got->third_central_moment, third / n * unit * unit * unit));
    RC_ASSERT(near(*covariance, cross / (n - 1) * unit * Precise("1e-6")));
  });
}

TEST_CASE("Ratio samples are the moments of the residuals") {
  rc::prop("residuals in 100 digits", [] {
    const auto units = *rc::gen::container<std::vector<Pair>>(
        rc::gen::pair(rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000),
                      rc::gen::inRange<std::int64_t>(0, 1'000)));
    const ExactMoments moments = moments_of(units);
    RC_PRE(units.size() >= 2 && !moments.y.is_zero());
    const auto got = ratio_sample_of(moments, -2, 0);
    RC_ASSERT(got.has_value());

    const Precise n = units.size();
    Precise x_sum = 0;
    Precise y_sum = 0;
    for (const auto& [x, y] : units) {
      x_sum += Precise(x) / 100;
      y_sum += y;
    }
    Precise second = 0;
    Precise third = 0;
    for (const auto& [x, y] : units) {
      const Precise residual = (Precise(x) / 100 - x_sum / y_sum * y) / (y_sum / n);
      second += residual * residual;
      third += residual * residual * residual;
    }
    const auto close = [](double value, const Precise& expected) {
      return abs(Precise(value) - expected) <= abs(expected) * 4e-16 + Precise("1e-60");
    };
    RC_ASSERT(close(got->mean, x_sum / y_sum));
    RC_ASSERT(close(got->variance, second / (n - 1)));
    RC_ASSERT(close(got->third_central_moment, third / n));
  });
}

}  // namespace converge::stats
