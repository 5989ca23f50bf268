#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "server/api/keys.h"

namespace converge {

/// A token bucket per client key: `requests_per_minute` tokens at most, filled again evenly over a
/// minute; a request takes one. Thread-safe.
class RateLimiter {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// Client keys without a limit of their own get `per_minute`; 0: none.
  RateLimiter(const KeyRing& keys, std::int64_t per_minute);

  /// Zero: go ahead, and a token is taken. Else nothing is taken: whole seconds until there is one.
  std::chrono::seconds pause(std::string_view key_name, Moment now);

 private:
  struct Bucket {
    std::chrono::nanoseconds interval{};  ///< in which one token comes
    /// When the bucket will be full again, in nanoseconds of the steady clock.
    std::atomic<std::int64_t> full_at{0};
  };
  std::map<std::string, Bucket, std::less<>> buckets_;  ///< by name of the key
};

}  // namespace converge
