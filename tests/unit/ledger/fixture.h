#pragma once

#include <string>
#include <vector>

#include "engine/codec/event_codec.h"
#include "engine/ledger/component_fold.h"
#include "engine/ledger/ledger.h"
#include "engine/model/catalog.h"
#include "engine/record/chain_heads.h"
#include "store/memory/memory_store.h"

/// An experiment "exp" over user_id with variants a and b, and the means to tell its story in hours
/// after 2026-01-01T00:00:00Z.
namespace converge::test {

Time at(int hour);
Time at(int hour, int microseconds);
std::string text(Time time);

/// One phase from hour 0 on: buckets [0, 5000) a, [5000, 10000) b.
ExperimentEntry experiment();
Phase phase(int number, int randomisation, int start, Allocation allocation);
/// Ends the last phase of the experiment at that hour and opens the next.
void next_phase(ExperimentEntry& entry, int start, bool by_move, Allocation allocation);
Allocation split(int from, int middle, int to);

MetricDefinition conversion(const std::string& key, const std::string& event, int window_hours);
MetricDefinition sum(const std::string& key, const std::string& property, int window_hours);

/// The first "u<n>" whose bucket under the seed lies in [lo, hi).
std::string unit_in(const std::string& seed, int lo, int hi);

/// Members are JSON text: R"("id":"x")".
std::string exposure(const std::string& unit, Time ts, const std::string& variant,
                     const std::string& members = "");
std::string outcome(const std::string& unit, const std::string& id, Time ts,
                    const std::string& members = "");

/// Folds what one unit sent.
UnitFold fold(const ExperimentEntry& entry, const std::string& unit,
              const std::vector<std::string>& bodies, Time look_time);

Catalog catalog_of(std::vector<ExperimentEntry> entries);

/// A log with chains, without a recorder's thread.
class TestLog {
 public:
  void add(const std::string& body, RowSource source = RowSource::kLive, Time received_at = at(0));
  void complete_until(Time time);
  LogSeq last();
  EventLog& events() { return log_; }

 private:
  void append(LogRow row, const std::vector<Unit>& units);
  MemoryEventLog log_;
  ChainHeads heads_;
};

/// The cell of stratum 0.
const ArmCell& arm(const Cells& cells, int variant);

}  // namespace converge::test
