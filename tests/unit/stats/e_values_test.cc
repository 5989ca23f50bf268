#include "stats/sequential/e_values.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> logs(std::vector<double> values) {
  for (double& value : values) value = std::log(value);
  return values;
}

}  // namespace

TEST_CASE("E-values: product and average, also of numbers beyond double") {
  CHECK(*e_product(logs({2, 3, 0.5})) == Approx(std::log(3)));
  CHECK(*e_average(logs({2, 3, 1})) == Approx(std::log(2)));
  CHECK(*e_product(std::vector<double>{900, 900}) == 1800);
  CHECK(*e_average(std::vector<double>{900, -kInfinity}) == Approx(900 - std::log(2)));
  CHECK(*e_average(std::vector<double>{-kInfinity}) == -kInfinity);
}

// The averaged calibrator by mpmath 1.2.1 with 60 digits.
TEST_CASE("E-values: calibrators") {
  CHECK(*e_from_p(0.01, {.kappa = 0.5}) == Approx(std::log(0.5 / 0.1)));
  CHECK(*e_from_p_averaged(1) == Approx(std::log(0.5)));
  CHECK(*e_from_p_averaged(0.97) == Approx(-0.68296830537425210528).epsilon(1e-12));
  CHECK(*e_from_p_averaged(0.94) == Approx(-0.67241540562578051095).epsilon(1e-12));
  CHECK(*e_from_p_averaged(0.05) == Approx(0.57847801884586309025).epsilon(1e-12));
  CHECK(*e_from_p_averaged(1e-300) == Approx(677.69989805840539149).epsilon(1e-13));
  CHECK(*p_from_e(std::log(40)) == Approx(0.025));
  CHECK(*p_from_e(-3) == 1);
  CHECK(*p_from_e(690) == Approx(std::exp(-690)));
}

TEST_CASE("E-values: the mean of a calibrated uniform p is 1") {
  for (const bool averaged : {false, true}) {
    double mean = 0;
    static constexpr int kSteps = 400'000;
    for (int i = 0; i < kSteps; ++i) {  // in y = ln(1 / p), density exp(-y)
      const double y = (i + 0.5) * 400.0 / kSteps;
      const double p = std::exp(-y);
      mean += std::exp(averaged ? *e_from_p_averaged(p) : *e_from_p(p, {.kappa = 0.5})) * p *
              (400.0 / kSteps);
    }
    // The averaged one has a tail of 1 / y beyond y = 400.
    CHECK(mean == Approx(averaged ? 1 - 1 / 400.0 : 1).margin(2e-5));
  }
}

TEST_CASE("e-BH: the largest k whose k-th e-value reaches m / (alpha k)") {
  // m = 5, alpha = 0.1: thresholds 50, 25, 16.7, 12.5, 10. The second fails, the third passes.
  CHECK(*e_bh(logs({24, 1, 60, 20, 0.2}), {.alpha = 0.1}) ==
        std::vector<bool>{true, false, true, true, false});
  CHECK(*e_bh(logs({24, 1, 40, 16, 0.2}), {.alpha = 0.1}) == std::vector<bool>(5, false));
  CHECK(*e_bh(std::vector<double>{5000, -kInfinity}, {.alpha = 0.1}) ==
        std::vector<bool>{true, false});
}

TEST_CASE("E-values: bad arguments are named") {
  CHECK(e_product({}).error().code == Errc::kInsufficientData);
  CHECK(e_average(std::vector<double>{std::nan("")}).error().code == Errc::kInvalidArgument);
  CHECK_FALSE(e_bh(std::vector<double>{1, kInfinity}, {.alpha = 0.1}));
  CHECK_FALSE(e_bh(std::vector<double>{1}, {.alpha = 1}));
  CHECK_FALSE(e_from_p(0, {.kappa = 0.5}));
  CHECK_FALSE(e_from_p(0.5, {.kappa = 1}));
  CHECK_FALSE(e_from_p_averaged(1.5));
  CHECK_FALSE(p_from_e(std::nan("")));
}

TEST_CASE("e-BH: four hypotheses by hand") {
  // m = 4, q = 0.1: limits 40, 20, 13.3, 10.
  const auto flags = [](std::initializer_list<double> e) {
    std::vector<double> log_e;
    for (const double value : e) log_e.push_back(std::log(value));
    return *e_bh(log_e, {.alpha = 0.1});
  };
  CHECK(flags({30, 25, 1, 0}) == std::vector<bool>{true, true, false, false});
  CHECK(flags({39, 1, 1, 1}) == std::vector<bool>{false, false, false, false});
  CHECK(flags({11, 11, 11, 11}) == std::vector<bool>{true, true, true, true});
  CHECK(e_bh(std::vector<double>{NAN}, {.alpha = 0.1}).error().code == Errc::kInvalidArgument);
}

}  // namespace converge::stats
