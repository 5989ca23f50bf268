#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/sequential/planned_effect_cs.h"

namespace converge::stats {

TEST_CASE("planned_effect_cs: swapping the arms mirrors, units do not matter") {
  rc::prop("interval, bounds and evidence", [] {
    const Sample a = any_sample();
    const Sample b = any_sample();
    const Difference difference = difference_of(a, b);
    const Difference swapped = difference_of(b, a);
    const PlannedEffectOptions options{.alpha = *rc::gen::element(0.2, 0.05, 1e-6),
                                       .planned_harmonic_n = 2500};
    const auto cs = planned_effect_cs_two_sided(difference, options);
    const auto mirror = planned_effect_cs_two_sided(swapped, options);
    RC_ASSERT(cs.has_value());
    RC_ASSERT(mirror.has_value());
    RC_ASSERT(cs->p == mirror->p);
    RC_ASSERT(cs->interval.lower == -mirror->interval.upper);
    const auto lower = planned_effect_cs_lower(difference, options);
    const auto upper = planned_effect_cs_upper(swapped, options);
    RC_ASSERT(lower->p == upper->p);
    RC_ASSERT(lower->interval.lower == -upper->interval.upper);

    Difference scaled = difference;
    scaled.estimate *= 0x1p-30;
    scaled.variance *= 0x1p-60;
    const auto in_other_units = planned_effect_cs_two_sided(scaled, options);
    RC_ASSERT(in_other_units->p == cs->p);
    RC_ASSERT(in_other_units->interval.lower == cs->interval.lower * 0x1p-30);
  });
}

}  // namespace converge::stats
