#include "stats/moments.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "vector_file.h"

namespace converge::stats {
namespace {

/// Power of two that makes the values integers of almost 63 bits: a double then loses nothing, or
/// what lies far below the spread of the values.
int binary_places(const nlohmann::json& values) {
  double largest = 0;
  for (const nlohmann::json& value : values)
    largest = std::max(largest, std::abs(value.get<double>()));
  return 62 - (largest == 0 ? 0 : std::ilogb(largest) + 1);
}

std::int64_t integer_at(const nlohmann::json& value, int places) {
  return std::llround(std::ldexp(value.get<double>(), places));
}

/// moments.json: the tolerance is relative to max(|expected|, eps * |mean| * sd).
void check_moment(const nlohmann::json& test_case, const char* what, double got,
                  double resolution) {
  const nlohmann::json& expected = test_case.at("expected");
  if (!expected.contains(what) || expected.at(what).is_null()) return;
  INFO(what);
  const double wanted = expected.at(what);
  const double rel = test_case.at("tolerance").at("rel").get<double>();
  CAPTURE(got, wanted);
  CHECK(std::abs(got - wanted) <= rel * std::max(std::abs(wanted), resolution));
}

double population_skewness(const Sample& sample) {
  const auto n = static_cast<double>(sample.n);
  return sample.third_central_moment / std::pow(sample.variance * (n - 1) / n, 1.5);
}

ExactMoments moments_of_pairs(const nlohmann::json& pairs) {
  ExactMoments moments;
  for (const nlohmann::json& pair : pairs) {
    const double numerator = pair.at(0);
    const double denominator = pair.at(1);
    moments.add(std::llround(numerator * 1e6), std::llround(denominator * 1e6));
  }
  return moments;
}

}  // namespace

TEST_CASE("Exact moments agree with rational arithmetic on every case of moments.json") {
  const int cases =
      for_each_case("moments.json", "moments_bivariate", [](const nlohmann::json& test_case) {
        const nlohmann::json& xs = test_case.at("inputs").at("x");
        const nlohmann::json& ys = test_case.at("inputs").at("y");
        const int x_places = binary_places(xs);
        const int y_places = binary_places(ys);
        ExactMoments pairs;
        ExactMoments swapped;
        for (std::size_t i = 0; i < xs.size(); ++i) {
          const std::int64_t x = integer_at(xs.at(i), x_places);
          const std::int64_t y = integer_at(ys.at(i), y_places);
          pairs.add(x, y);
          swapped.add(y, x);
        }
        const auto x = sample_of(pairs, 0);
        const auto y = sample_of(swapped, 0);
        const auto covariance = covariance_of(pairs, 0, 0);
        REQUIRE(x);
        REQUIRE(y);
        REQUIRE(covariance);
        CHECK(x->n == test_case.at("expected").at("n").get<std::int64_t>());
        const double mean = std::ldexp(x->mean, -x_places);
        const double variance = std::ldexp(x->variance, -2 * x_places);
        const double mean_y = std::ldexp(y->mean, -y_places);
        const double variance_y = std::ldexp(y->variance, -2 * y_places);
        const double epsilon = std::numeric_limits<double>::epsilon();
        check_moment(test_case, "mean", mean, 0);
        check_moment(test_case, "mean_y", mean_y, 0);
        check_moment(test_case, "variance_ddof1", variance,
                     epsilon * std::abs(mean) * std::sqrt(variance));
        check_moment(test_case, "variance_y_ddof1", variance_y,
                     epsilon * std::abs(mean_y) * std::sqrt(variance_y));
        check_moment(test_case, "covariance_ddof1", std::ldexp(*covariance, -x_places - y_places),
                     epsilon * std::abs(mean) * std::sqrt(variance_y));
        check_moment(test_case, "skewness_population", population_skewness(*x), 0);
      });
  CHECK(cases == 15);
  CHECK(cases == count_cases("moments.json"));
}

TEST_CASE(
    "The ratio variance is CR0 times n / (n - 1) on every case of ratio_cluster_robust.json") {
  const int cases = for_each_case(
      "ratio_cluster_robust.json", "ratio_metric_cluster_robust",
      [](const nlohmann::json& test_case) {
        const nlohmann::json& expected = test_case.at("expected");
        const auto a = ratio_sample_of(
            moments_of_pairs(test_case.at("inputs").at("clusters_a_num_den")), -6, -6);
        const auto b = ratio_sample_of(
            moments_of_pairs(test_case.at("inputs").at("clusters_b_num_den")), -6, -6);
        REQUIRE(a);
        REQUIRE(b);
        check_close(test_case, "ratio_a", a->mean, expected.at("ratio_a"));
        check_close(test_case, "ratio_b", b->mean, expected.at("ratio_b"));
        check_close(test_case, "diff", b->mean - a->mean, expected.at("diff"));
        const auto cr0 = [](const Sample& sample) {
          const auto n = static_cast<double>(sample.n);
          return sample.variance * (n - 1) / n / n;
        };
        check_close(test_case, "se_cr0", std::sqrt(cr0(*a) + cr0(*b)), expected.at("se_cr0"));
      });
  CHECK(cases == 8);
  CHECK(cases == count_cases("ratio_cluster_robust.json"));
}

}  // namespace converge::stats
