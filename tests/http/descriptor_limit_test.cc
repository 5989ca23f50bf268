#include "server/http/descriptor_limit.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>

// As many connections as the system lets the process have.
namespace converge {
namespace {

TEST_CASE("Descriptor limit: it is raised to what the system lets this process have") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit lower = before;
  lower.rlim_cur = 256;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &lower) == 0);
  CHECK(raise_descriptor_limit() == before.rlim_max);
  rlimit after{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &after) == 0);
  CHECK(after.rlim_cur == before.rlim_max);
  CHECK(after.rlim_max == before.rlim_max);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("Descriptor limit: fewer descriptors leave fewer connections, streams in proportion") {
  HttpLimits asked;
  asked.connections_max = 16'000;
  asked.streams_max = 12'000;
  const HttpLimits roomy = fitted_to(asked, 1'000'000);
  CHECK(roomy.connections_max == 16'000);
  CHECK(roomy.streams_max == 12'000);
  const HttpLimits tight = fitted_to(asked, 4'256);
  CHECK(tight.connections_max == 4'000);
  CHECK(tight.streams_max == 3'000);
  CHECK(fitted_to(asked, 0).connections_max == 0);
}

}  // namespace
}  // namespace converge
