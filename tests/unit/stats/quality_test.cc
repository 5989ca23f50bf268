// Wilson: statsmodels 0.13.5 proportion_confint; homogeneity: scipy 1.10 chi2_contingency and
// R 4.2.2 fisher.test. 2026-11-27.
#include <catch2/catch.hpp>
#include <cmath>

#include "stats/quality/segment_srm.h"
#include "stats/quality/share_homogeneity.h"
#include "stats/quality/share_limit.h"
#include "stats/quality/strata_srm.h"
#include "stats/sequential/multinomial_srm.h"

namespace converge::stats {
namespace {

ShareLimitInputs crossovers(std::int64_t events, std::int64_t units) {
  return {.events = events, .units = units, .limit = 0.01, .alpha = 0.05};
}

}  // namespace

TEST_CASE("A share above its limit is told apart from chance") {
  const auto some = share_limit(crossovers(12, 1000));
  REQUIRE(some);
  CHECK(some->interval.lower == Approx(0.007509490063891004).epsilon(1e-11));
  CHECK(some->interval.upper == Approx(0.019123995338115266).epsilon(1e-11));
  CHECK(some->above);
  CHECK_FALSE(some->surely_above);
  CHECK_FALSE(some->surely_below);
  const auto none = share_limit(crossovers(0, 50));
  CHECK(none->interval.lower == 0);
  CHECK(none->interval.upper == Approx(0.051333185786270163).epsilon(1e-11));
  CHECK(share_limit(crossovers(12'000'000, 1'000'000'000))->surely_above);
  CHECK(share_limit(crossovers(0, 10'000))->surely_below);
  CHECK(share_limit(crossovers(50, 50))->interval.upper == 1);
  CHECK(share_limit(crossovers(0, 0)).error().code == Errc::kInsufficientData);
  CHECK(share_limit(crossovers(2, 1)).error().code == Errc::kInvalidArgument);
  CHECK(share_limit({.events = 1, .units = 2, .limit = 0, .alpha = 0.05}).error().code ==
        Errc::kInvalidArgument);
  CHECK(share_limit({.events = 1, .units = 2, .limit = 0.1, .alpha = 0.6}).error().code ==
        Errc::kInvalidArgument);
}

TEST_CASE("Exclusions: chi-square over the arms") {
  const std::vector<std::int64_t> excluded{30, 50, 20};
  const std::vector<std::int64_t> units{1000, 1500, 1000};
  const auto test = share_homogeneity(excluded, units);
  REQUIRE(test);
  CHECK(test->chi_square == Approx(3.94607843137255).epsilon(1e-12));
  CHECK(test->p == Approx(0.1390336601678652).epsilon(1e-12));
  CHECK(test->dof == 2);
  CHECK_FALSE(test->p_exact);
  // What stays is tested by the same figures as what is left out.
  const std::vector<std::int64_t> kept{970, 1450, 980};
  CHECK(share_homogeneity(kept, units)->chi_square == Approx(test->chi_square).epsilon(1e-12));
}

TEST_CASE("Exclusions: small counts have an exact p") {
  const auto p = [](const std::vector<std::int64_t>& events,
                    const std::vector<std::int64_t>& units) {
    const auto test = share_homogeneity(events, units);
    REQUIRE(test);
    REQUIRE(test->p_exact);
    return test->p;
  };
  CHECK(p({1, 7}, {100, 100}) == Approx(0.06485940210426507).epsilon(1e-11));
  CHECK(p({2, 7, 1}, {100, 100, 150}) == Approx(0.013770626870245425).epsilon(1e-11));
  CHECK(p({0, 4}, {5, 5}) == Approx(0.047619047619047616).epsilon(1e-12));
  CHECK(p({0, 4}, {1'000'000'000, 100'000}) < 1e-15);
}

TEST_CASE("Exclusions: none at all contradicts nothing, arms without units are no arms") {
  const std::vector<std::int64_t> none{0, 0};
  const std::vector<std::int64_t> units{10, 20};
  CHECK(share_homogeneity(none, units)->p == 1);
  CHECK(share_homogeneity(units, units)->p == 1);
  const std::vector<std::int64_t> empty{10, 0};
  CHECK(share_homogeneity(none, empty).error().code == Errc::kInsufficientData);
  const std::vector<std::int64_t> one{1};
  CHECK(share_homogeneity(one, units).error().code == Errc::kInvalidArgument);
  const std::vector<std::int64_t> many{11, 0};
  CHECK(share_homogeneity(many, units).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Segments are tested one by one, with Holm over them") {
  const std::vector<std::vector<std::int64_t>> counts{{500, 500}, {500, 600}, {0, 0}};
  const std::vector<double> weights{1, 1};
  const auto segments = segment_srm(counts, weights);
  REQUIRE(segments);
  CHECK((*segments)[0].test.p == 1);
  CHECK((*segments)[1].p_adjusted == Approx(3 * (*segments)[1].test.p).epsilon(1e-14));
  CHECK((*segments)[2].p_adjusted == 1);
  const std::vector<std::vector<std::int64_t>> bad{{500, 500}, {500}};
  CHECK(segment_srm(bad, weights).error().message.find("segments[1]") == 0);
}

TEST_CASE("Phases: logarithms of e-values add, arms of weight 0 are watched") {
  const std::vector<SrmStratum> strata{{.counts = {900, 1000}, .weights = {1, 1}},
                                       {.counts = {300, 2900}, .weights = {1, 9}},
                                       {.counts = {0, 70}, .weights = {0, 1}}};
  const auto test = strata_srm(strata, 1e4);
  REQUIRE(test);
  double sum = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto one = multinomial_srm(
        {.counts = strata[i].counts, .weights = strata[i].weights, .concentration = 1e4});
    REQUIRE(one);
    CHECK(test->log_e_stratum[i] == one->log_e);
    sum += one->log_e;
  }
  CHECK(test->log_e == Approx(sum).epsilon(1e-14));
  CHECK(test->log_e_stratum[2] == 0);
  CHECK(test->refuted.empty());
  const std::vector<SrmStratum> stray{strata[0], {.counts = {1, 70}, .weights = {0, 1}}};
  CHECK(strata_srm(stray, 1e4)->refuted == std::vector<std::size_t>{1});
}

TEST_CASE("Phases: what is undefined has a name") {
  const auto code = [](const SrmStratum& stratum, double concentration) {
    return strata_srm(std::vector<SrmStratum>{stratum}, concentration).error().code;
  };
  CHECK(strata_srm({}, 1e4).error().code == Errc::kInsufficientData);
  CHECK(code({.counts = {1, 2}, .weights = {1, 0}}, 1e4) == Errc::kInsufficientData);
  CHECK(code({.counts = {1, 2}, .weights = {1}}, 1e4) == Errc::kInvalidArgument);
  CHECK(code({.counts = {1, -2}, .weights = {1, 0}}, 1e4) == Errc::kInvalidArgument);
  CHECK(code({.counts = {1, 2}, .weights = {1, NAN}}, 1e4) == Errc::kInvalidArgument);
  CHECK(code({.counts = {1, 2}, .weights = {1, 1}}, 0) == Errc::kInvalidArgument);
}

}  // namespace converge::stats
