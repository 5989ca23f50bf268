#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/means/fieller.h"
#include "stats/sequential/asymptotic_cs.h"

namespace converge::stats {
namespace {

FiellerInputs inputs_of(const Difference& difference, double z) {
  return {.mean_a = difference.mean_a,
          .variance_of_mean_a = difference.variance_of_mean_a,
          .mean_b = difference.mean_b,
          .variance_of_mean_b = difference.variance_of_mean_b,
          .covariance = 0,
          .z = z,
          .level = 0.95};
}

}  // namespace

TEST_CASE("Relative and absolute intervals of one sequence give one verdict") {
  rc::prop("Fieller with the sequence's multiplier excludes 0 iff the sequence does", [] {
    const Difference difference = difference_of(any_sample(), any_sample());
    RC_PRE(difference.mean_a != 0);
    const auto cs = asymptotic_cs_two_sided(
        difference,
        AsymptoticCsOptions{.alpha = *rc::gen::element(0.2, 0.05, 0.001), .planned_total_n = 5000});
    RC_ASSERT(cs.has_value());
    const auto lift = fieller_relative_lift(inputs_of(difference, cs->z_multiplier));
    RC_ASSERT(lift.has_value());
    const bool control_is_told_from_zero =
        std::abs(difference.mean_a) >
        cs->z_multiplier * std::sqrt(difference.variance_of_mean_a) * (1 + 1e-12);
    if (control_is_told_from_zero) RC_ASSERT(lift->interval.has_value());
    RC_CLASSIFY(lift->interval.has_value(), "bounded");
    if (!lift->interval) return;
    RC_ASSERT(lift->interval->lower <= lift->interval->upper);
    RC_ASSERT(lift->interval->contains(lift->estimate));
    RC_CLASSIFY(!lift->interval->contains(0), "excludes 0");
    RC_ASSERT(lift->interval->contains(0) == cs->interval.contains(0));
  });
}

TEST_CASE("Relative lift: a better treatment is a positive lift whatever the sign of the control") {
  rc::prop("sign, and mirror at 0", [] {
    const Difference difference = difference_of(any_sample(), any_sample());
    RC_PRE(difference.mean_a != 0);
    FiellerInputs inputs = inputs_of(difference, 2);
    const auto lift = fieller_relative_lift(inputs);
    RC_ASSERT(lift.has_value());
    RC_ASSERT((lift->estimate > 0) == (difference.estimate > 0));
    inputs.mean_a = -inputs.mean_a;
    inputs.mean_b = -inputs.mean_b;
    const auto mirror = fieller_relative_lift(inputs);
    RC_ASSERT(mirror.has_value());
    RC_ASSERT(lift->estimate == -mirror->estimate);
    RC_ASSERT(lift->interval.has_value() == mirror->interval.has_value());
    if (lift->interval) RC_ASSERT(lift->interval->lower == -mirror->interval->upper);
  });
}

TEST_CASE("Relative lift: the pivot equals z at both ends") {
  rc::prop("ends solve the equation", [] {
    const Difference difference = difference_of(any_sample(), any_sample());
    RC_PRE(std::abs(difference.mean_a) > 4 * std::sqrt(difference.variance_of_mean_a));
    const auto lift = fieller_relative_lift(inputs_of(difference, 2));
    RC_ASSERT((lift.has_value() && lift->interval.has_value()));
    for (const double end : {lift->interval->lower, lift->interval->upper}) {
      const double theta = difference.mean_a < 0 ? 1 - end : 1 + end;
      const double pivot =
          std::abs(difference.mean_b - theta * difference.mean_a) /
          std::sqrt(difference.variance_of_mean_b + theta * theta * difference.variance_of_mean_a);
      RC_ASSERT(close(pivot, 2, 1e-6));
    }
  });
}

}  // namespace converge::stats
