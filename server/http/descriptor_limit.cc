#include "server/http/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace converge {
namespace {

/// For the store, the log, the loops, and connections that are told that there are too many.
constexpr std::size_t kOtherDescriptors = 256;

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = std::exchange(limit.rlim_cur, limit.rlim_max);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return before;
  return limit.rlim_cur;
}

HttpLimits fitted_to(HttpLimits limits, std::size_t descriptors) {
  const std::size_t room = descriptors - std::min(descriptors, kOtherDescriptors);
  if (room >= limits.connections_max) return limits;
  limits.streams_max = limits.streams_max * room / limits.connections_max;
  limits.connections_max = room;
  return limits;
}

}  // namespace converge
