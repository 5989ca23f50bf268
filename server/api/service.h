#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "engine/codec/event_codec.h"
#include "engine/engine.h"
#include "engine/record/intake.h"
#include "server/api/health.h"
#include "server/api/keys.h"
#include "server/web/static_assets.h"

namespace converge {

struct ServiceLimits {
  IntakeLimits intake;
  std::size_t looks_max = 1'000;   ///< stored looks of one answer
  std::size_t audit_max = 10'000;  ///< newest audit entries searched for one answer
  int fresh_folds_max = 2;         ///< results?at= that run at the same time; beyond it: 503
  /// Of a client key that has no limit of its own; beyond it: 429. 0: none.
  std::int64_t requests_per_minute = 0;
};

/// What the routes work on. The references must outlive the Api.
struct Service {
  Engine& engine;
  const KeyRing& keys;
  ServiceLimits limits;
  ServiceHealth& health;
  const StaticAssets* assets = nullptr;  ///< null: none
};

/// Counters of /metrics and of limits, since the start of the process. Thread-safe.
struct ServiceCounters {
  std::array<std::atomic<std::uint64_t>, 6> answers_by_class{};  ///< [status / 100]
  std::atomic<std::uint64_t> events_accepted{0};
  std::atomic<std::uint64_t> events_duplicate{0};
  std::array<std::atomic<std::uint64_t>, kRejectReasons> events_rejected{};  ///< by RejectReason
  std::atomic<std::uint64_t> assignments{0};
  std::atomic<int> fresh_folds{0};  ///< running now
};

}  // namespace converge
