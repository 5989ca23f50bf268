#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/crash/store/power_cut_disk.h"
#include "tests/crash/store/workload.h"
#include "tests/unit/store/temporary_folder.h"

namespace converge {
namespace {

int runs() {
  const char* wanted = std::getenv("CONVERGE_CRASH_RUNS");
  return wanted == nullptr ? 60 : std::max(1, std::atoi(wanted));
}

/// Operations while the disk fails now and then; after each failure the open store still holds what
/// was acknowledged.
void work_with_failures(Workload& work, PowerCutDisk& disk, std::mt19937_64& random,
                        DiskFault fault) {
  for (int i = 0; i < 60; ++i) {
    if (random() % 6 == 0) {
      disk.fail_at(static_cast<std::int64_t>(1 + random() % 12),
                   static_cast<std::int64_t>(1 + random() % 20), fault);
    }
    const std::int64_t failures = disk.failures();
    const Status status = work.operate();
    if (status) continue;
    INFO(status.error().message);
    REQUIRE(disk.failures() > failures);
    REQUIRE(status.error().code == Errc::kUnavailable);
    disk.mend();
    const auto found = work.read();
    INFO((found ? describe(*found) : found.error().message));
    REQUIRE(found);
    REQUIRE(*found == work.acknowledged());
  }
  disk.mend();
}

void check_fault(DiskFault fault) {
  const TemporaryFolder folder;
  std::int64_t failures = 0;
  for (int run = 1; run <= runs(); ++run) {
    INFO("seed " << run);
    const auto seed = static_cast<std::uint64_t>(run);
    std::mt19937_64 random(seed * 104'729);
    PowerCutDisk disk(seed);
    SqliteOptions options;
    options.path = folder.file("c.db");
    Workload work(disk, options, seed);
    REQUIRE(work.open());
    work_with_failures(work, disk, random, fault);
    failures += disk.failures();
    // Nothing that failed was half done, and nothing acknowledged was only in memory.
    disk.cut_at(1);
    while (!disk.is_cut()) static_cast<void>(work.operate());
    work.close();
    disk.restart();
    REQUIRE(work.open());
    const auto found = work.read();
    INFO((found ? std::string() : found.error().message));
    REQUIRE(found);
    CHECK(work.settle(*found).empty());
    CHECK(work.operate());
  }
  CHECK(failures > runs());
}

}  // namespace

TEST_CASE("Full disk: nothing is acknowledged, and work goes on when there is space again") {
  check_fault(DiskFault::kFull);
}

TEST_CASE("I/O errors: nothing is acknowledged, and work goes on when the disk is well again") {
  check_fault(DiskFault::kIoError);
}

TEST_CASE("Full disk: a store that cannot be made is refused and can be made later") {
  const TemporaryFolder folder;
  for (const DiskFault fault : {DiskFault::kFull, DiskFault::kIoError}) {
    for (std::int64_t operation = 1; operation <= 20; ++operation) {
      INFO("operation " << operation);
      PowerCutDisk disk(static_cast<std::uint64_t>(operation));
      SqliteOptions options;
      options.path = folder.file("c.db");
      Workload work(disk, options, 1);
      disk.fail_at(operation, 1000, fault);
      const Status opened = work.open();
      if (!opened) CHECK(opened.error().code == Errc::kUnavailable);
      work.close();
      disk.mend();
      REQUIRE(work.open());
      CHECK(work.operate());
    }
  }
}

}  // namespace converge
