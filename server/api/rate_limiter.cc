#include "server/api/rate_limiter.h"

#include <algorithm>

namespace converge {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr nanoseconds kFillTime = std::chrono::minutes(1);

}  // namespace

RateLimiter::RateLimiter(const KeyRing& keys, std::int64_t per_minute) {
  for (const Principal& principal : keys.principals()) {
    if (principal.role != KeyRole::kClient) continue;
    const std::int64_t limit = principal.requests_per_minute.value_or(per_minute);
    if (limit > 0) buckets_[principal.name].interval = kFillTime / limit;
  }
}

// The generic cell rate algorithm: the one number kept is when the bucket is full again.
seconds RateLimiter::pause(std::string_view key_name, Moment now) {
  const auto found = buckets_.find(key_name);
  if (found == buckets_.end()) return seconds(0);
  Bucket& bucket = found->second;
  const std::int64_t present = nanoseconds(now.time_since_epoch()).count();
  std::int64_t full_at = bucket.full_at.load();
  for (;;) {
    const std::int64_t next = std::max(full_at, present) + bucket.interval.count();
    const nanoseconds excess(next - present - kFillTime.count());
    if (excess.count() > 0) return std::chrono::ceil<seconds>(excess);
    if (bucket.full_at.compare_exchange_weak(full_at, next)) return seconds(0);
  }
}

}  // namespace converge
