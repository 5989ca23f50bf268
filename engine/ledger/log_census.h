#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include "engine/ledger/byte_stream.h"
#include "engine/model/definition.h"
#include "engine/model/event.h"

namespace converge {

/// What the ledger knows of the log as a whole, units apart: which sources carry what, and how far
/// each is complete. Remembers every experiment key and event name ever seen by 64 bits, as the
/// chain heads remember every unit.
class LogCensus {
 public:
  void take(const LogRow& row, const Event& event);
  void take_complete_until(RowSource source, Time until);

  bool was_exposed(const ExperimentKey& experiment) const;
  /// How far the sources that this metric of this experiment reads are complete at a look; none
  /// when nothing of it was read yet.
  std::optional<Time> watermark(const ExperimentKey& experiment, const MetricDefinition& metric,
                                Time look_time, Duration stale_after) const;
  std::optional<Time> last_received_at() const;

  void write(ByteWriter& out) const;
  static LogCensus read(ByteReader& in);

 private:
  struct Source {
    std::set<std::uint64_t> seen;  ///< hashes of exposed experiments and of event names
    std::optional<Time> last_received_at;
    std::optional<Time> largest_ts;
    std::optional<Time> complete_until;
  };
  static std::uint64_t hash_of(char kind, std::string_view name);
  static bool reads(const Source& source, const ExperimentKey& experiment,
                    const MetricDefinition& metric);

  Source& source(RowSource which) { return which == RowSource::kLive ? live_ : import_; }

  Source live_, import_;
};

}  // namespace converge
