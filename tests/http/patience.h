#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace converge::test {

/// How long tests wait for what other threads do.
inline constexpr std::chrono::milliseconds kPatience{20'000};

/// False when the claim does not become true in that time.
inline bool becomes_true(const std::function<bool()>& claim) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!claim()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace converge::test
