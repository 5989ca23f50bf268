#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace converge::stats {

/// Events of one arm over its exposure (time, sessions, units), in any unit common to both arms.
struct EventCount {
  std::int64_t events = 0;
  double exposure = 0;

  double count() const { return static_cast<double>(events); }
  double rate() const { return count() / exposure; }
  bool operator==(const EventCount&) const = default;
};

/// kInvalidArgument unless events >= 0 and exposure is finite and above 0; kTooLarge beyond 1e12
/// events.
Status require_event_count(std::string_view arm, const EventCount& count);

/// Both arms, a positive null_ratio whose product with the exposures stays finite, and at least one
/// event (else kInsufficientData: a ratio of two rates of 0).
Status require_rate_comparison(const EventCount& a, const EventCount& b, double null_ratio);

}  // namespace converge::stats
