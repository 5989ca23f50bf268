#include "stats/sequential/bounded_mean_cs.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace converge::stats {
namespace {

BoundedSums conversions(std::int64_t successes, std::int64_t n) {
  const auto sum = static_cast<double>(successes);
  return {n, sum, sum, sum};
}

const std::vector<BoundedBlock> kBlocks = {{conversions(20, 400), conversions(40, 380)},
                                           {conversions(22, 400), conversions(45, 410)},
                                           {conversions(19, 390), conversions(41, 400)}};

}  // namespace

TEST_CASE("Bounded interval: its ends are where the e-process reaches 1 / alpha") {
  const auto lower = bounded_mean_cs_lower(kBlocks, {.alpha = 0.05, .cap = 1});
  REQUIRE(lower);
  CHECK(lower->upper == 1);
  CHECK(lower->lower > 0);
  CHECK(lower->lower < 0.056);
  const auto e_at = [](double margin) {
    return bounded_mean_e_process_greater(kBlocks, {.margin = margin, .cap = 1})->last();
  };
  CHECK(e_at(lower->lower) == Approx(std::log(20)).epsilon(1e-6));
  CHECK(e_at(lower->lower - 0.001) > std::log(20));
  const auto both = bounded_mean_cs_two_sided(kBlocks, {.alpha = 0.05, .cap = 1});
  REQUIRE(both);
  CHECK(both->lower < lower->lower);
  CHECK(both->contains(126.0 / 1190 - 61.0 / 1190));
  CHECK(bounded_mean_e_process_two_sided(kBlocks, {.margin = both->upper, .cap = 1})->last() ==
        Approx(std::log(20)).epsilon(1e-6));
}

TEST_CASE("Bounded interval: nothing seen excludes nothing") {
  const auto nothing = bounded_mean_cs_two_sided({}, {.alpha = 0.05, .cap = 3});
  REQUIRE(nothing);
  CHECK(nothing->lower == -3);
  CHECK(nothing->upper == 3);
}

TEST_CASE("Bounded interval: blocks whose differences contradict each other have none, or say so") {
  const std::vector<BoundedBlock> blocks = {{conversions(0, 500), conversions(500, 500)},
                                            {conversions(500, 500), conversions(0, 500)}};
  const auto interval = bounded_mean_cs_two_sided(blocks, {.alpha = 0.05, .cap = 1});
  if (interval) {
    CHECK(interval->lower <= interval->upper);
  } else {
    CHECK(interval.error().code == Errc::kInsufficientData);
  }
}

TEST_CASE("Bounded interval: bad arguments are named") {
  CHECK_FALSE(bounded_mean_cs_two_sided(kBlocks, {.alpha = 0, .cap = 1}));
  CHECK(bounded_mean_cs_lower(kBlocks, {.alpha = 0.05, .cap = 0}).error().message.find("cap") == 0);
  CHECK(bounded_mean_cs_upper(kBlocks, {.alpha = 0.05, .cap = 0.5}).error().code ==
        Errc::kInvalidArgument);
}

}  // namespace converge::stats
