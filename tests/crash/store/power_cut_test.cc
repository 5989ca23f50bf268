#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/crash/store/power_cut_disk.h"
#include "tests/crash/store/workload.h"
#include "tests/unit/store/temporary_folder.h"

namespace converge {
namespace {

constexpr int kCutsPerRun = 3;

int runs() {
  const char* wanted = std::getenv("CONVERGE_CRASH_RUNS");
  return wanted == nullptr ? 120 : std::max(1, std::atoi(wanted));
}

struct Outcome {
  int cuts = 0;
  int wrong = 0;      ///< after a restart the store held anything but what it may hold
  int rows_lost = 0;  ///< acknowledged rows that were gone
  std::string first;  ///< the first wrong one, in words
};

void note(Outcome& outcome, std::uint64_t seed, const std::string& problem) {
  if (outcome.wrong++ == 0) outcome.first = "seed " + std::to_string(seed) + ": " + problem;
}

/// Works until the power is gone, sometimes with a restart in between, then looks at what is left.
/// False: stop here.
bool work_until_the_cut(Workload& work, PowerCutDisk& disk, std::mt19937_64& random,
                        std::uint64_t seed, Outcome& outcome) {
  // Small distances as often as large ones: the first operations make the file.
  disk.cut_at(1 + static_cast<std::int64_t>(random() % (std::uint64_t{4} << random() % 8)));
  while (!disk.is_cut()) {
    const Status status = work.is_open() ? work.operate() : work.open();
    if (!status && !disk.is_cut()) {
      note(outcome, seed, status.error().message);
      return false;
    }
    if (random() % 40 == 0) work.close();
    if (random() % 8 == 0 && work.is_open()) static_cast<void>(work.read());
  }
  work.close();
  disk.restart();
  ++outcome.cuts;

  Status opened = work.open();
  const auto found = opened ? work.read() : Result<Holdings>(opened.error());
  if (!found) {
    note(outcome, seed, found.error().message);
    return false;
  }
  const std::size_t acknowledged = work.acknowledged().rows.size();
  if (found->rows.size() < acknowledged) {
    outcome.rows_lost += static_cast<int>(acknowledged - found->rows.size());
  }
  if (const std::string problem = work.settle(*found); !problem.empty()) {
    note(outcome, seed, problem);
    return false;
  }
  return true;
}

Outcome run_all(Synchronous synchronous) {
  const TemporaryFolder folder;
  Outcome outcome;
  for (int run = 1; run <= runs(); ++run) {
    const auto seed = static_cast<std::uint64_t>(run);
    std::mt19937_64 random(seed * 7919);
    PowerCutDisk disk(seed);
    SqliteOptions options;
    options.path = folder.file("c.db");
    options.synchronous = synchronous;
    Workload work(disk, options, seed);
    for (int cut = 0; cut < kCutsPerRun; ++cut) {
      if (!work_until_the_cut(work, disk, random, seed, outcome)) break;
    }
  }
  return outcome;
}

}  // namespace

TEST_CASE("Power cuts: nothing acknowledged is lost, nothing is invented, no batch is half there") {
  const Outcome outcome = run_all(Synchronous::kFull);
  INFO(outcome.first);
  CHECK(outcome.cuts >= std::min(runs(), 100) * kCutsPerRun);
  CHECK(outcome.wrong == 0);
  CHECK(outcome.rows_lost == 0);
}

// The negative control: if the suite above could not tell a store that never syncs, it would prove
// nothing.
TEST_CASE("Power cuts: the same suite finds lost rows when nothing is synced") {
  const Outcome outcome = run_all(Synchronous::kOff);
  CHECK(outcome.wrong > 0);
  CHECK(outcome.rows_lost > 0);
}

}  // namespace converge
