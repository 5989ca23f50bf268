#include "base/clock.h"

namespace converge {
namespace {

Time system_now() {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

}  // namespace

Time SystemClock::now() const {
  return system_now();
}

Time ManualClock::now() const {
  return system_.load() ? system_now() : Time(Duration(now_.load()));
}

void ManualClock::advance_to(Time time) {
  const std::int64_t target = time.time_since_epoch().count();
  std::int64_t seen = now_.load();
  while (seen < target && !now_.compare_exchange_weak(seen, target)) {
  }
}

void ManualClock::hand_over_to_system() {
  system_.store(true);
}

}  // namespace converge
