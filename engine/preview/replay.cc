#include "engine/preview/replay.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "engine/codec/event_codec.h"
#include "engine/features/assigner.h"

namespace converge {
namespace {

constexpr std::size_t kRowsPerRead = 10'000;

struct Visit {
  Unit unit;
  Time at{};
  Value attributes;
};

/// The newest exposure of every unit.
class Visits {
 public:
  explicit Visits(std::size_t units_max) : units_max_(units_max) {}

  void add(const Event& event) {
    if (event.type != EventType::kExposure) return;
    for (const Unit& unit : event.units) {
      const auto found = visits_.find(unit.kind.str() + '\n' + unit.id);
      if (found == visits_.end() && visits_.size() >= units_max_) {
        is_full_ = true;
        continue;
      }
      Visit& visit =
          found == visits_.end() ? visits_[unit.kind.str() + '\n' + unit.id] : found->second;
      if (visit.at > event.ts) continue;
      visit = {unit, event.ts, event.attributes};
    }
  }

  bool is_full() const { return is_full_; }
  std::vector<Visit> since(Duration span) const {
    Time newest = Time::min();
    for (const auto& [key, visit] : visits_) newest = std::max(newest, visit.at);
    std::vector<Visit> kept;
    for (const auto& [key, visit] : visits_) {
      if (visit.at >= newest - span) kept.push_back(visit);
    }
    return kept;
  }

 private:
  std::size_t units_max_;
  std::unordered_map<std::string, Visit> visits_;
  bool is_full_ = false;
};

Result<Visits> read_visits(EventLog& log, const ReplayLimits& limits, bool& is_truncated) {
  Visits visits(limits.units_max);
  const Result<LogSeq> last = log.last();
  if (!last) return last.error();
  LogSeq after{std::max<std::int64_t>(0, raw(*last) - limits.rows_max)};
  is_truncated = raw(after) > 0;
  while (raw(after) < raw(*last)) {
    const auto rows = log.read(after, kRowsPerRead);
    if (!rows) return rows.error();
    if (rows->empty()) break;
    for (const LogRow& row : *rows) {
      if (row.kind != RowKind::kEvent) continue;
      const Result<Event> event = decode_event(row.body);
      if (event) visits.add(*event);
    }
    after = rows->back().seq;
  }
  is_truncated = is_truncated || visits.is_full();
  return visits;
}

/// Where a unit is: the variant of every experiment that it is a member of.
using Memberships = std::map<ExperimentKey, VariantKey>;

Memberships memberships_of(const Assigner& assigner, const Definitions& definitions,
                           const Visit& visit) {
  Value::Object attributes;
  if (const Value::Object* seen = visit.attributes.as_object()) attributes = *seen;
  const std::string& attribute = definitions.attribute_of(visit.unit.kind);
  std::erase_if(attributes, [&](const auto& member) { return member.first == attribute; });
  attributes.emplace_back(attribute, Value::string(visit.unit.id));
  // Experiments of other kinds are not asked: only this id of the visit is known for sure.
  const auto answers =
      assigner.assign(visit.unit.id, Value::object(std::move(attributes)), {}, nullptr);
  Memberships memberships;
  if (!answers) return memberships;
  for (const Assignment& answer : *answers) {
    if (answer.in_experiment && answer.unit.kind == visit.unit.kind) {
      memberships.emplace(answer.experiment, answer.variant);
    }
  }
  return memberships;
}

bool splits(const ExperimentEntry& entry) {
  return entry.definition.assignment == AssignmentSource::kNative && !entry.holdback_of &&
         entry.state == ExperimentState::kRunning;
}

/// Counts memberships before and after.
class Count {
 public:
  explicit Count(const Catalog& next) {
    for (const ExperimentEntry& entry : next.experiments) {
      if (!splits(entry)) continue;
      ReplayedExperiment& row = rows_[entry.definition.key];
      row.experiment = entry.definition.key;
      for (const VariantDefinition& variant : entry.definition.variants) {
        row.members_after.emplace_back(variant.key, 0);
      }
    }
  }

  void add(const Memberships& before, const Memberships& after) {
    for (auto& [key, row] : rows_) {
      const auto was = before.find(key);
      const auto is = after.find(key);
      if (was != before.end()) {
        ++row.members_before;
        if (is == after.end() || is->second != was->second) ++row.moved;
      }
      if (is == after.end()) continue;
      for (auto& [variant, members] : row.members_after) {
        if (variant == is->second) ++members;
      }
    }
  }

  std::vector<ReplayedExperiment> rows(double days) const {
    std::vector<ReplayedExperiment> all;
    for (const auto& [key, row] : rows_) {
      all.push_back(row);
      std::int64_t members = 0;
      for (const auto& [variant, count] : row.members_after) members += count;
      all.back().members_after_per_day = static_cast<double>(members) / days;
    }
    return all;
  }

 private:
  std::map<ExperimentKey, ReplayedExperiment> rows_;
};

}  // namespace

Result<std::optional<Replay>> replay_traffic(const Catalog& present, const Catalog& next,
                                             EventLog& log, const ReplayLimits& limits) {
  Replay replay;
  const Result<Visits> read = read_visits(log, limits, replay.is_truncated);
  if (!read) return read.error();
  const std::vector<Visit> visits = read->since(limits.span);
  if (visits.empty()) return std::optional<Replay>{};
  const auto before = Assigner::compile(present);
  if (!before) return before.error();
  const auto after = Assigner::compile(next);
  if (!after) return after.error();

  replay.from = visits.front().at;
  replay.until = visits.front().at;
  replay.units = static_cast<std::int64_t>(visits.size());
  Count count(next);
  for (const Visit& visit : visits) {
    replay.from = std::min(replay.from, visit.at);
    replay.until = std::max(replay.until, visit.at);
    count.add(memberships_of(**before, present.definitions, visit),
              memberships_of(**after, next.definitions, visit));
  }
  const double days = std::max(1.0, std::chrono::duration<double>(replay.until - replay.from) /
                                        std::chrono::duration<double>(kDay));
  replay.experiments = count.rows(days);
  return std::optional<Replay>(std::move(replay));
}

}  // namespace converge
