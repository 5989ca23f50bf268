#include "stats/rates/event_count.h"

#include <cmath>
#include <string>

#include "stats/domain.h"

namespace converge::stats {

Status require_event_count(std::string_view arm, const EventCount& count) {
  static constexpr std::int64_t kMostEvents = 1'000'000'000'000;
  const std::string name(arm);
  if (Status valid = first_failure({require_not_negative(name + ".events", count.events),
                                    require_positive(name + ".exposure", count.exposure)});
      !valid) {
    return valid;
  }
  if (count.events > kMostEvents) {
    return Error{Errc::kTooLarge, name + ".events: more than 1e12"};
  }
  return {};
}

Status require_rate_comparison(const EventCount& a, const EventCount& b, double null_ratio) {
  if (Status valid = first_failure({require_event_count("a", a), require_event_count("b", b),
                                    require_positive("null_ratio", null_ratio)});
      !valid) {
    return valid;
  }
  const double odds = b.exposure / a.exposure * null_ratio;
  static constexpr double kFarthest = 1e100;
  if (!(odds < kFarthest && odds > 1 / kFarthest)) {
    return Error{Errc::kInvalidArgument, "exposure: more than a factor of 1e100 between the arms"};
  }
  if (a.events == 0 && b.events == 0) {
    return Error{Errc::kInsufficientData, "events: none in either arm"};
  }
  return {};
}

}  // namespace converge::stats
