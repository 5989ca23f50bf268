#include "stats/sequential/bounded_mean_e_process.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

namespace converge::stats {
namespace {

constexpr std::array<double, 3> kValues = {0, 0.3, 1};

void add(BoundedSums& sums, double value) {
  ++sums.n;
  sums.sum += value;
  sums.sum_of_squares += value * value;
  sums.sum_of_cubes += value * value * value;
}

BoundedSums sums_of(const std::vector<double>& values) {
  BoundedSums sums{};
  for (const double value : values) add(sums, value);
  return sums;
}

BoundedSums conversions(std::int64_t successes, std::int64_t n) {
  const auto sum = static_cast<double>(successes);
  return {n, sum, sum, sum};
}

using Weights = std::array<double, 3>;

double mean_of(const Weights& weights) {
  return weights[1] * kValues[1] + weights[2];
}

/// The same distribution, mixed with 0 or 1 until its mean is as wanted.
Weights with_mean(Weights weights, double wanted) {
  const double mean = mean_of(weights);
  const double keep = mean > wanted ? wanted / mean : (1 - wanted) / (1 - mean);
  for (double& weight : weights) weight *= keep;
  weights[mean > wanted ? 0 : 2] += 1 - keep;
  return weights;
}

struct Expectations {
  double greater = 0;
  double less = 0;
  double two_sided = 0;
};

/// Over every outcome of two blocks with n_a and n_b units each, on the border of the null.
Expectations expectations(const Weights& a, const Weights& b, int n_a, int n_b, double margin) {
  const int units = 2 * (n_a + n_b);
  int outcomes = 1;
  for (int i = 0; i < units; ++i) outcomes *= 3;
  Expectations expected;
  for (int outcome = 0; outcome < outcomes; ++outcome) {
    BoundedBlock blocks[2] = {};
    double probability = 1;
    int rest = outcome;
    for (int unit = 0; unit < units; ++unit, rest /= 3) {
      const auto value = static_cast<std::size_t>(rest % 3);
      BoundedBlock& block = blocks[unit / (n_a + n_b)];
      const bool in_a = unit % (n_a + n_b) < n_a;
      add(in_a ? block.a : block.b, kValues[value]);
      probability *= in_a ? a[value] : b[value];
    }
    const BoundedMeanOptions options{.margin = margin, .cap = 1};
    const auto e_of = [&](const Result<EProcess>& process) { return std::exp(process->last()); };
    expected.greater += probability * e_of(bounded_mean_e_process_greater(blocks, options));
    expected.less += probability * e_of(bounded_mean_e_process_less(blocks, options));
    expected.two_sided += probability * e_of(bounded_mean_e_process_two_sided(blocks, options));
  }
  return expected;
}

}  // namespace

TEST_CASE("Bounded means: under the null the expected e-value is at most 1, whatever the sizes") {
  const Weights distributions[] = {{0.9, 0.09, 0.01}, {0.1, 0.8, 0.1}, {0.3, 0.1, 0.6}};
  double largest = 0;
  for (const double margin : {0.0, 0.15, -0.3}) {
    for (const Weights& a : distributions) {
      for (const Weights& b : distributions) {
        const double wanted = mean_of(a) + margin;
        if (!(wanted > 0 && wanted < 1)) continue;
        for (const auto& [n_a, n_b] : std::vector<std::pair<int, int>>{{1, 1}, {2, 1}, {1, 2}}) {
          const Expectations e = expectations(a, with_mean(b, wanted), n_a, n_b, margin);
          largest = std::max({largest, e.greater, e.less, e.two_sided});
        }
      }
    }
  }
  CHECK(largest <= 1 + 1e-12);
  CHECK(largest > 0.95);
}

// Values of an own script in Python (numpy), which bets on every value one by one.
TEST_CASE("Bounded means: on 0/1 values the bound by moments is the capital itself") {
  const BoundedBlock blocks[] = {{conversions(3, 30), conversions(6, 25)},
                                 {conversions(2, 40), conversions(9, 50)},
                                 {conversions(0, 10), conversions(0, 0)},
                                 {conversions(1, 5), conversions(3, 20)}};
  const auto greater = bounded_mean_e_process_greater(blocks, {.margin = 0, .cap = 1});
  REQUIRE(greater);
  CHECK(greater->log_e[0] == Approx(0.13186740484458082).epsilon(1e-10));
  CHECK(greater->log_e[1] == Approx(1.2012224558378943).epsilon(1e-10));
  CHECK(greater->log_e[2] == greater->log_e[1]);  // one arm alone
  CHECK(greater->last() == Approx(0.7946855516905934).epsilon(1e-10));
  const auto not_worse = bounded_mean_e_process_greater(blocks, {.margin = -0.05, .cap = 1});
  REQUIRE(not_worse);
  CHECK(not_worse->last() == Approx(2.1834400229529978).epsilon(1e-10));
  const auto less = bounded_mean_e_process_less(blocks, {.margin = 0, .cap = 1});
  REQUIRE(less);
  CHECK(less->last() == Approx(-1.3566594890200792).epsilon(1e-10));
}

TEST_CASE("Bounded means: the bound by moments is below the capital on every value, and close") {
  std::vector<double> last_b;
  for (int i = 0; i < 10; ++i) last_b.insert(last_b.end(), {0.1, 0.2, 0.15});
  const BoundedBlock blocks[] = {{sums_of({0, 0.1, 0.2, 0.5}), sums_of({0.3, 0.9, 0})},
                                 {sums_of(std::vector<double>(30, 0.05)), sums_of(last_b)}};
  const auto greater = bounded_mean_e_process_greater(blocks, {.margin = 0, .cap = 1});
  REQUIRE(greater);
  CHECK(greater->log_e[0] <= 0.09013022154304845);
  CHECK(greater->log_e[0] > 0.08);
  CHECK(greater->last() <= 1.6445167345882066);
  CHECK(greater->last() > 1.5);
}

TEST_CASE("Bounded means: 1e9 units, arms of 10000 to 1 and values all alike stay finite") {
  const BoundedBlock huge[] = {{conversions(5'000'000, 1'000'000'000), conversions(900, 100'000)},
                               {conversions(5'000'000, 1'000'000'000), conversions(900, 100'000)}};
  const auto lopsided = bounded_mean_e_process_greater(huge, {.margin = 0, .cap = 1});
  REQUIRE(lopsided);
  CHECK(std::isfinite(lopsided->last()));
  CHECK(lopsided->p < 1e-20);
  for (const double value : {0.0, 1e-300, 0.5, 1.0}) {
    const BoundedSums same = sums_of(std::vector<double>(50, value));
    const BoundedBlock blocks[] = {{same, same}, {same, same}};
    const auto alike = bounded_mean_e_process_two_sided(blocks, {.margin = 0, .cap = 1});
    REQUIRE(alike);
    CHECK(alike->last() <= 0);
    CHECK(std::isfinite(alike->last()));
  }
}

TEST_CASE("Bounded means: arguments and sums that no values have are named") {
  const BoundedBlock good[] = {{conversions(1, 4), conversions(2, 4)}};
  const auto message = [](const BoundedBlock& block, const BoundedMeanOptions& options) {
    const auto result = bounded_mean_e_process_two_sided({&block, 1}, options);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::kInvalidArgument);
    return result.error().message;
  };
  CHECK(message(good[0], {.margin = 0, .cap = 0}).find("cap") == 0);
  CHECK(message(good[0], {.margin = 2, .cap = 1}).find("margin") == 0);
  CHECK(message(good[0], {.margin = std::nan(""), .cap = 1}).find("margin") == 0);
  CHECK(message({{2, 3, 5, 9}, {1, 0, 0, 0}}, {.margin = 0, .cap = 1}).find("cap") !=
        std::string::npos);
  CHECK(message({{2, 1, 0.4, 0.2}, {1, 0, 0, 0}}, {.margin = 0, .cap = 1}).find("sum_of_squares") !=
        std::string::npos);
  CHECK(message({{0, 1, 1, 1}, {1, 0, 0, 0}}, {.margin = 0, .cap = 1}).find("sum") !=
        std::string::npos);
  CHECK(message({{-1, 0, 0, 0}, {1, 0, 0, 0}}, {.margin = 0, .cap = 1}).find("n:") !=
        std::string::npos);
}

}  // namespace converge::stats
