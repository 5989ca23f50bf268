#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace converge {

/// Where "now" comes from. Thread-safe. Only cli/ names a concrete clock.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  Time now() const override;
};

/// A clock that stands still until it is told otherwise; until handed over, for the demo and tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start.time_since_epoch().count()) {}
  Time now() const override;
  /// Never goes back: an earlier time is ignored.
  void advance_to(Time time);
  /// From here on now() is that of the machine's clock.
  void hand_over_to_system();

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<bool> system_{false};
};

}  // namespace converge
