#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"
#include "engine/model/catalog.h"
#include "engine/record/recorder.h"
#include "store/memory/memory_store.h"

/// Random experiments and the records that arrive for them. The texts are written here, not by the
/// codec, so that the SQL reference reads what was sent and nothing that engine/ made of it.
namespace converge::test {

/// Allocations are cut in ten blocks of a thousand buckets, so that a table in SQL can hold them.
inline constexpr int kBlocks = 10;

/// Small, so that components pass it.
inline constexpr std::size_t kComponentIdsMax = 9;
LedgerOptions ledger_options();

struct DataSet {
  ExperimentEntry entry;
  std::vector<std::string> units;   ///< user ids; visitors are v0 to v19, devices d0 to d9
  std::vector<std::string> bodies;  ///< canonical JSON, repeats included
  Time look_time{};
};

DataSet make_data_set(std::uint64_t seed);

/// How many of `all` data sets this run makes: all of them, or a fifth where
/// CONVERGE_PROPERTIES=few says that instrumented code is slow (the sanitized half of `make test`).
std::uint64_t data_sets(std::uint64_t all);

/// The block of a unit under a seed, by the tests' own FNV-1a.
int block_of(const std::string& seed, const std::string& unit);

/// The catalog as it stood at a time: later phases unknown, later ends open.
Catalog catalog_at(const DataSet& data, Time time);

/// A log to which rows come through the recorder.
class Log {
 public:
  explicit Log(Time now);
  void append(const std::vector<std::string>& bodies, RowSource source);
  void complete_until(Time time);
  EventLog& events() { return store_.events(); }
  LogSeq last();

 private:
  void record(RecordBatch batch);

  MemoryStore store_{"test"};
  ManualClock clock_;
  std::unique_ptr<Recorder> recorder_;
};

}  // namespace converge::test
