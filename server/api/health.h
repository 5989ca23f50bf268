#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace converge {

/// How the process is doing, as /healthz shows it. Written by the ticker, the definitions watch and
/// the shutdown, read by request threads. Thread-safe.
class ServiceHealth {
 public:
  /// Something that is wrong and since when.
  struct Trouble {
    std::string message;
    Time since{};
  };
  struct Snapshot {
    std::optional<Time> last_tick_at;    ///< the newest tick, successful or not; none: no tick yet
    std::optional<Trouble> tick;         ///< since the first of an unbroken row of failed ticks
    std::optional<Trouble> definitions;  ///< the watched folder does not load or apply
    std::uint64_t ticks = 0;
    std::uint64_t ticks_failed = 0;
    bool is_draining = false;
    bool is_degraded() const { return tick.has_value() || definitions.has_value(); }
  };

  void tick_ended(Time at, const Status& status);
  void definitions_failed(Time at, const std::string& message);
  void definitions_mended();
  /// From here on /readyz answers 503, so that a load balancer sends requests elsewhere.
  void drain();
  Snapshot snapshot() const;

 private:
  mutable std::mutex mutex_;
  Snapshot state_;  ///< guarded by mutex_
};

}  // namespace converge
