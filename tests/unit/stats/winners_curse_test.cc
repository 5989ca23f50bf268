// Conditional likelihoods, roots and truncated means from scipy 1.10 (minimize_scalar, brentq,
// truncnorm), 2026-11-27.
#include "stats/effects/winners_curse.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace converge::stats {
namespace {

CorrectedEstimate corrected(const SelectedEstimate& selected, Selection selection) {
  const auto result = corrected_for_selection(selected, selection, 0.05);
  REQUIRE(result);
  return *result;
}

}  // namespace

TEST_CASE("Winner's curse: just above a two-sided threshold little is left") {
  const auto result =
      corrected({.estimate = 2.3, .standard_error = 1, .threshold = 1.96}, Selection::kTwoSided);
  CHECK(result.conditional_mle == Approx(0.7379809362794496).epsilon(1e-7));
  CHECK(result.median_unbiased == Approx(0.6638662984155889).epsilon(1e-10));
  CHECK(result.interval.lower == Approx(-0.5552766004832413).epsilon(1e-10));
  CHECK(result.interval.upper == Approx(3.9870810453853553).epsilon(1e-10));
}

TEST_CASE("Winner's curse: one-sided selection") {
  const auto result =
      corrected({.estimate = 2.3, .standard_error = 1, .threshold = 1.645}, Selection::kUpper);
  CHECK(result.conditional_mle == Approx(1.1960576916936079).epsilon(1e-7));
  CHECK(result.median_unbiased == Approx(1.5916436490401313).epsilon(1e-10));
  CHECK(result.interval.lower == Approx(-3.4866646409857496).epsilon(1e-10));
  CHECK(result.interval.upper == Approx(4.171906567178653).epsilon(1e-10));
}

TEST_CASE("Winner's curse: far beyond the threshold nothing changes; losers mirror winners") {
  const auto far =
      corrected({.estimate = 9, .standard_error = 1, .threshold = 1.96}, Selection::kTwoSided);
  CHECK(far.conditional_mle == Approx(9).epsilon(1e-9));
  CHECK(far.interval.lower == Approx(7.040035934750933).epsilon(1e-9));
  CHECK(far.interval.upper == Approx(10.959963984540057).epsilon(1e-9));
  const auto plus = corrected({.estimate = 0.023, .standard_error = 0.01, .threshold = 1.96},
                              Selection::kTwoSided);
  const auto minus = corrected({.estimate = -0.023, .standard_error = 0.01, .threshold = 1.96},
                               Selection::kTwoSided);
  CHECK(plus.conditional_mle == -minus.conditional_mle);
  CHECK(plus.interval.lower == -minus.interval.upper);
  CHECK(plus.conditional_mle == Approx(0.007379809362794496).epsilon(1e-7));
}

TEST_CASE("Winner's curse: enormous estimates stay finite") {
  const auto result =
      corrected({.estimate = 1e6, .standard_error = 1, .threshold = 1.96}, Selection::kTwoSided);
  CHECK(result.conditional_mle == Approx(1e6).epsilon(1e-12));
  CHECK(std::isfinite(result.interval.lower));
}

TEST_CASE("What crossing does to estimates of a known effect") {
  const SelectedEstimate truth{.estimate = 1, .standard_error = 1, .threshold = 1.96};
  const auto upper = selection_effect(truth, Selection::kUpper);
  CHECK(upper->probability == Approx(0.16852760746683781).epsilon(1e-12));
  CHECK(upper->mean_estimate == Approx(2.493193577483349).epsilon(1e-12));
  const auto both = selection_effect(truth, Selection::kTwoSided);
  CHECK(both->probability == Approx(0.17006580267857588).epsilon(1e-12));
  CHECK(both->mean_estimate == Approx(2.450329448952625).epsilon(1e-10));
  const auto hopeless = selection_effect({.estimate = -50, .standard_error = 1, .threshold = 1.96},
                                         Selection::kUpper);
  // mpmath: phi(51.96) / Q(51.96)
  CHECK(hopeless->bias == Approx(51.9792313430323).epsilon(1e-11));
  const auto absurd = selection_effect({.estimate = -1e6, .standard_error = 1, .threshold = 1e6},
                                       Selection::kTwoSided);
  CHECK(std::isfinite(absurd->bias));
  CHECK(selection_effect({.estimate = -1e9, .standard_error = 1, .threshold = 2}, Selection::kUpper)
            .error()
            .code == Errc::kInvalidArgument);
}

TEST_CASE("The sum of winners less its expected bias") {
  std::vector<SelectedEstimate> considered;
  for (const double estimate : {2.5, 1.0, 3.0, -0.5}) {
    considered.push_back({.estimate = estimate, .standard_error = 1.25, .threshold = 1.96});
  }
  const auto total = sum_of_winners(considered, Selection::kUpper);
  REQUIRE(total);
  CHECK(total->winners == 2);
  CHECK(total->sum == 5.5);
  CHECK(total->expected_bias == Approx(1.2362009927685491).epsilon(1e-12));
  CHECK(total->corrected == Approx(5.5 - 1.2362009927685491).epsilon(1e-12));
}

TEST_CASE("Winner's curse: what is undefined has a name") {
  const auto code = [](const SelectedEstimate& selected) {
    return corrected_for_selection(selected, Selection::kUpper, 0.05).error().code;
  };
  CHECK(code({.estimate = 1, .standard_error = 1, .threshold = 1.96}) == Errc::kInsufficientData);
  CHECK(code({.estimate = -3, .standard_error = 1, .threshold = 1.96}) == Errc::kInsufficientData);
  CHECK(code({.estimate = 1.96, .standard_error = 1, .threshold = 1.96}) ==
        Errc::kInsufficientData);
  CHECK(code({.estimate = 3, .standard_error = 0, .threshold = 1.96}) == Errc::kInsufficientData);
  CHECK(code({.estimate = 3, .standard_error = -1, .threshold = 1.96}) == Errc::kInvalidArgument);
  CHECK(code({.estimate = NAN, .standard_error = 1, .threshold = 1.96}) == Errc::kInvalidArgument);
  CHECK(sum_of_winners({}, Selection::kUpper).error().code == Errc::kInsufficientData);
  CHECK(corrected_for_selection({.estimate = 3, .standard_error = 1, .threshold = 1.96},
                                Selection::kUpper, 0)
            .error()
            .code == Errc::kInvalidArgument);
}

}  // namespace converge::stats
