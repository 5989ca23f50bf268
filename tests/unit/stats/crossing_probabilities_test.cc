#include "stats/group_sequential/crossing_probabilities.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

CrossingProbabilities cross(const std::vector<double>& information,
                            const std::vector<double>& lower, const std::vector<double>& upper,
                            double drift) {
  const auto result = crossing_probabilities(information, lower, upper, drift);
  REQUIRE(result);
  return *result;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::vector<double> equal_looks(std::size_t looks) {
  std::vector<double> information;
  for (std::size_t k = 1; k <= looks; ++k) information.push_back(static_cast<double>(k));
  return information;
}

void check_all(const std::vector<double>& got, const std::vector<double>& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t k = 0; k < got.size(); ++k) {
    CAPTURE(k);
    CHECK(got[k] == Approx(wanted[k]).epsilon(1e-9).margin(1e-20));
  }
}

}  // namespace

TEST_CASE("Crossing: repeated significance tests at 5 % reject as often as published") {
  // Armitage, McPherson, Rowe (1969) JRSS A 132:235-244, table 2; three decimals.
  const std::vector<std::pair<std::size_t, double>> published = {
      {1, .050},  {2, .083},  {3, .107},  {4, .126},   {5, .142},
      {10, .193}, {20, .248}, {50, .320}, {100, .374}, {1000, .530}};
  for (const auto& [looks, probability] : published) {
    const std::vector<double> bound(looks, normal_upper_quantile(0.025));
    std::vector<double> lower(bound);
    for (double& value : lower) value = -value;
    const CrossingProbabilities crossing = cross(equal_looks(looks), lower, bound, 0);
    CAPTURE(looks);
    CHECK(sum(crossing.upper) + sum(crossing.lower) == Approx(probability).margin(0.0006));
    CHECK(sum(crossing.upper) == Approx(sum(crossing.lower)).epsilon(1e-12));
  }
}

// Simpson's rule on 2001 uniform points per look, numpy 1.24.2; the first case also agrees to
// 1e-10 with the multivariate normal of SciPy 1.10.1 (P(no crossing) = 0.3406816004).
TEST_CASE("Crossing: uneven looks, two bounds and drift agree with another quadrature") {
  const CrossingProbabilities narrow =
      cross({0.3, 0.55, 1.0}, {-1.0, 0.1, 0.9}, {2.5, 2.2, 2.0}, 1.7);
  check_all(narrow.lower, {0.02673359107239, 0.10213012675922, 0.12028229739061});
  check_all(narrow.upper, {0.05833892420007, 0.12901103053979, 0.2228224293765});
  const CrossingProbabilities gaps =
      cross({10, 11, 30, 31}, {-2.5, -kInfinity, -2.2, -2.1}, {2.5, 2.4, kInfinity, 2.1}, -0.2);
  check_all(gaps.lower, {0.03091279652303, 0, 0.11637596722054, 0.03187885283585});
  check_all(gaps.upper, {0.00086675342357, 0.0005121911372, 0, 0.0005727776379});
  const CrossingProbabilities efficacy =
      cross({.2, .4, .6, .8, 1}, std::vector<double>(5, -kInfinity),
            {4.8769, 3.3570, 2.6803, 2.2898, 2.0310}, 3.2);
  check_all(efficacy.upper, {2.84668417171508e-04, 9.09687632769455e-02, 3.31060430962344e-01,
                             3.00640699990731e-01, 1.62622939573572e-01});
}

TEST_CASE("Crossing: far tails keep their relative accuracy") {
  const CrossingProbabilities one = cross({2}, {-kInfinity}, {30}, 0);
  CHECK(one.upper[0] == Approx(normal_upper(30)).epsilon(1e-12));
  // A first look that stops hardly anybody leaves the second tail as it was.
  const CrossingProbabilities two = cross({0.1, 1}, {-kInfinity, -kInfinity}, {5, 7.5}, 0);
  CHECK(two.upper[1] == Approx(3.18062871609136e-14).epsilon(1e-7));
  CHECK(two.upper[1] < normal_upper(7.5));
}

TEST_CASE("Crossing: looks that stop nobody change nothing") {
  const CrossingProbabilities with = cross({1, 2, 3}, {-2, -kInfinity, -2}, {2, kInfinity, 2}, 0.3);
  const CrossingProbabilities without = cross({1, 3}, {-2, -2}, {2, 2}, 0.3);
  CHECK(with.upper[2] == without.upper[1]);
  CHECK(with.upper[1] == 0);
}

TEST_CASE("Crossing: everybody stops where the bounds meet, and a unit of information is free") {
  const CrossingProbabilities met = cross({1, 2, 3}, {-1, 1, 0}, {3, 1, 0}, 0.5);
  CHECK(sum(met.upper) + sum(met.lower) == Approx(1).epsilon(1e-12));
  CHECK(met.upper[2] == 0);
  const double unit = 1e9;
  const CrossingProbabilities scaled =
      cross({unit, 2 * unit, 3 * unit}, {-1, 1, 0}, {3, 1, 0}, 0.5 / std::sqrt(unit));
  check_all(scaled.upper, met.upper);
  // A drift beyond all bounds: the first look stops them all.
  const CrossingProbabilities far = cross({1, 2}, {-2, -2}, {2, 2}, 60);
  CHECK(far.upper[0] == Approx(1));
  CHECK(far.upper[1] == 0);
}

TEST_CASE("Crossing: close looks stay exact") {
  // Between looks a relative 1e-5 apart next to nothing is gained.
  const CrossingProbabilities close = cross({0.5, 0.500005, 1}, {-2, -2, -2}, {2, 2, 2}, 0);
  const CrossingProbabilities apart = cross({0.5, 1}, {-2, -2}, {2, 2}, 0);
  CHECK(close.upper[1] > 0);
  CHECK(close.upper[1] < 2e-3);
  CHECK(sum(close.upper) > sum(apart.upper));
  CHECK(sum(close.upper) == Approx(sum(apart.upper)).epsilon(0.01));
}

TEST_CASE("Crossing: malformed schedules and bounds are named") {
  const auto refused = [](const std::vector<double>& information, const std::vector<double>& lower,
                          const std::vector<double>& upper, double drift, const char* name) {
    const auto result = crossing_probabilities(information, lower, upper, drift);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::kInvalidArgument);
    CHECK_THAT(result.error().message, Catch::Matchers::StartsWith(name));
  };
  const double nan = std::nan("");
  refused({}, {}, {}, 0, "information");
  refused({0, 1}, {-2, -2}, {2, 2}, 0, "information[0]");
  refused({1, 1}, {-2, -2}, {2, 2}, 0, "information[1]");
  refused({1, 1 + 1e-9}, {-2, -2}, {2, 2}, 0, "information[1]");
  refused({1, kInfinity}, {-2, -2}, {2, 2}, 0, "information[1]");
  refused({1, nan}, {-2, -2}, {2, 2}, 0, "information[1]");
  refused({1, 2}, {-2}, {2, 2}, 0, "lower, upper");
  refused({1, 2}, {-2, 3}, {2, 2}, 0, "lower[1]");
  refused({1, 2}, {-2, -2}, {2, nan}, 0, "lower[1]");
  refused({1, 2}, {-2, -2}, {2, 2}, nan, "drift");
  refused(std::vector<double>(kMaxLooks + 1, 1.0), {}, {}, 0, "information");
}

}  // namespace converge::stats
