#include "base/clock.h"

#include <catch2/catch.hpp>

namespace converge {
namespace {

const Time kStart{std::chrono::hours(1000)};

}  // namespace

TEST_CASE("ManualClock stands still and never goes back") {
  ManualClock clock(kStart);
  CHECK(clock.now() == kStart);
  clock.advance_to(kStart + Duration(5));
  CHECK(clock.now() == kStart + Duration(5));
  clock.advance_to(kStart);
  CHECK(clock.now() == kStart + Duration(5));
}

TEST_CASE("ManualClock shows the machine's time once handed over") {
  ManualClock clock(kStart);
  const Time before = SystemClock().now();
  clock.hand_over_to_system();
  const Time seen = clock.now();
  CHECK(before <= seen);
  CHECK(seen <= SystemClock().now());
  clock.advance_to(SystemClock().now() + kDay);
  CHECK(clock.now() < SystemClock().now() + kDay);
}

}  // namespace converge
