#include "engine/ledger/log_census.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/sha256.h"

namespace converge {
namespace {

constexpr char kExperiment = 'x';
constexpr char kOutcome = 'o';

void keep_largest(std::optional<Time>& largest, Time time) {
  if (!largest || *largest < time) largest = time;
}

}  // namespace

std::uint64_t LogCensus::hash_of(char kind, std::string_view name) {
  const Sha256 digest = sha256(std::string(1, kind) + std::string(name));
  std::uint64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

void LogCensus::take(const LogRow& row, const Event& event) {
  Source& from = source(row.source);
  keep_largest(from.last_received_at, row.received_at);
  keep_largest(from.largest_ts, event.ts);
  switch (event.type) {
    case EventType::kExposure:
      from.seen.insert(hash_of(kExperiment, event.experiment.str()));
      return;
    case EventType::kOutcome:
      from.seen.insert(hash_of(kOutcome, event.name.str()));
      return;
    case EventType::kLink:
    case EventType::kRetract:
    case EventType::kErase:
      return;
  }
}

void LogCensus::take_complete_until(RowSource which, Time until) {
  keep_largest(source(which).complete_until, until);
}

bool LogCensus::was_exposed(const ExperimentKey& experiment) const {
  const std::uint64_t hash = hash_of(kExperiment, experiment.str());
  return live_.seen.contains(hash) || import_.seen.contains(hash);
}

bool LogCensus::reads(const Source& source, const ExperimentKey& experiment,
                      const MetricDefinition& metric) {
  return source.seen.contains(hash_of(kExperiment, experiment.str())) ||
         source.seen.contains(hash_of(kOutcome, metric.numerator.event.str())) ||
         (metric.denominator &&
          source.seen.contains(hash_of(kOutcome, metric.denominator->event.str())));
}

std::optional<Time> LogCensus::watermark(const ExperimentKey& experiment,
                                         const MetricDefinition& metric, Time look_time,
                                         Duration stale_after) const {
  std::optional<Time> watermark;
  if (reads(live_, experiment, metric)) {
    watermark = std::min(look_time, *live_.last_received_at + stale_after);
  }
  if (reads(import_, experiment, metric)) {
    const Time complete = import_.complete_until ? *import_.complete_until : *import_.largest_ts;
    watermark = std::min(watermark.value_or(look_time), complete);
  }
  return watermark;
}

std::optional<Time> LogCensus::last_received_at() const {
  return std::max(live_.last_received_at, import_.last_received_at);
}

void LogCensus::write(ByteWriter& out) const {
  for (const Source* from : {&live_, &import_}) {
    out.integer(static_cast<std::int64_t>(from->seen.size()));
    for (const std::uint64_t hash : from->seen) out.integer(static_cast<std::int64_t>(hash));
    out.optional_time(from->last_received_at);
    out.optional_time(from->largest_ts);
    out.optional_time(from->complete_until);
  }
}

LogCensus LogCensus::read(ByteReader& in) {
  LogCensus census;
  for (Source* from : {&census.live_, &census.import_}) {
    const std::size_t size = in.count();
    for (std::size_t i = 0; i < size; ++i) {
      from->seen.insert(static_cast<std::uint64_t>(in.integer()));
    }
    from->last_received_at = in.optional_time();
    from->largest_ts = in.optional_time();
    from->complete_until = in.optional_time();
  }
  return census;
}

}  // namespace converge
