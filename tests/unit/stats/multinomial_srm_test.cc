#include "stats/sequential/multinomial_srm.h"

#include <boost/math/special_functions/gamma.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace converge::stats {
namespace {

using Precise = boost::multiprecision::cpp_bin_float_50;

/// The defining formula in 50 digits, where nothing cancels that matters.
double reference(const std::vector<std::int64_t>& counts, const std::vector<double>& weights,
                 double concentration) {
  Precise weight_sum = 0;
  for (const double weight : weights) weight_sum += weight;
  Precise result = 0;
  Precise total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Precise share = Precise(weights[i]) / weight_sum;
    const Precise a = concentration * share;
    result += lgamma(Precise(a + counts[i])) - lgamma(a) - counts[i] * log(share);
    total += counts[i];
  }
  result -= lgamma(Precise(concentration + total)) - lgamma(Precise(concentration));
  return static_cast<double>(result);
}

MultinomialSrm run(const std::vector<std::int64_t>& counts, const std::vector<double>& weights,
                   double concentration) {
  const auto result =
      multinomial_srm({.counts = counts, .weights = weights, .concentration = concentration});
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("Sequential SRM agrees with 50-digit arithmetic from 1 unit to 1e12") {
  const std::vector<std::vector<double>> all_weights = {{0.5, 0.5}, {0.9, 0.1}, {1, 2, 4}};
  for (const std::vector<double>& weights : all_weights) {
    double weight_sum = 0;
    for (const double weight : weights) weight_sum += weight;
    for (const double total : {1.0, 30.0, 1e3, 1e6, 1e9, 1e12}) {
      for (const double shift : {0.0, 0.3, 4.0}) {  // in standard errors of about sqrt(n)
        for (const double concentration : {1.0, 100.0, 1e4}) {
          std::vector<std::int64_t> counts;
          for (const double weight : weights) {
            const double sign = counts.empty() ? 1 : -1;
            const double count = total * weight / weight_sum + sign * shift * std::sqrt(total);
            counts.push_back(std::llround(std::max(0.0, count)));
          }
          const double expected = reference(counts, weights, concentration);
          CAPTURE(total, shift, concentration, weights.size());
          CHECK(run(counts, weights, concentration).log_e ==
                Approx(expected).epsilon(1e-9).margin(1e-8));
        }
      }
    }
  }
}

TEST_CASE("Sequential SRM: no units are no evidence, and the shares need not add up to 1") {
  CHECK(run({0, 0}, {0.5, 0.5}, 1e4).log_e == 0);
  CHECK(run({700, 300}, {0.5, 0.5}, 1e4).log_e ==
        Approx(run({700, 300}, {8, 8}, 1e4).log_e).epsilon(1e-13));
}

TEST_CASE("Sequential SRM: a gross mismatch is found and an even split is not") {
  const double alarm = std::log(1000.0);
  CHECK(run({5300, 4700}, {1, 1}, 1e4).log_e > alarm);
  CHECK(run({5010, 4990}, {1, 1}, 1e4).log_e < 0);
}

TEST_CASE("Sequential SRM: a unit in an arm of weight 0 is reported, not computed with") {
  const MultinomialSrm stray = run({500, 500, 1}, {1, 1, 0}, 1e4);
  CHECK(stray.zero_weight_counted);
  CHECK(std::isfinite(stray.log_e));
  CHECK(stray.log_e == run({500, 500}, {1, 1}, 1e4).log_e);
  CHECK_FALSE(run({500, 500, 0}, {1, 1, 0}, 1e4).zero_weight_counted);
}

TEST_CASE("Sequential SRM: what is undefined has a name") {
  const auto code = [](const std::vector<std::int64_t>& counts, const std::vector<double>& weights,
                       double concentration) {
    return multinomial_srm({.counts = counts, .weights = weights, .concentration = concentration})
        .error()
        .code;
  };
  CHECK(code({1, 2}, {1}, 1e4) == Errc::kInvalidArgument);
  CHECK(code({1, -2}, {1, 1}, 1e4) == Errc::kInvalidArgument);
  CHECK(code({1, 2}, {1, -1}, 1e4) == Errc::kInvalidArgument);
  CHECK(code({1, 2}, {1, NAN}, 1e4) == Errc::kInvalidArgument);
  CHECK(code({1, 2}, {1, 1}, 0) == Errc::kInvalidArgument);
  CHECK(code({1, 2}, {1, 1}, NAN) == Errc::kInvalidArgument);
  CHECK(code({1, 2}, {1, 0}, 1e4) == Errc::kInsufficientData);
  CHECK(code({}, {}, 1e4) == Errc::kInsufficientData);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  CHECK(code({most, most}, {1, 1}, 1e4) == Errc::kTooLarge);
}

}  // namespace converge::stats
