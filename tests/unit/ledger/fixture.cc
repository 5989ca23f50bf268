#include "fixture.h"

#include <stdexcept>

#include "engine/assign/hash.h"
#include "engine/codec/json.h"

namespace converge::test {

Time at(int hour) {
  return *parse_rfc3339("2026-01-01T00:00:00Z") + std::chrono::hours(hour);
}

Time at(int hour, int microseconds) {
  return at(hour) + std::chrono::microseconds(microseconds);
}

std::string text(Time time) {
  return format_rfc3339(time);
}

Allocation split(int from, int middle, int to) {
  return {{normalised({{from, middle}}), normalised({{middle, to}})}};
}

Phase phase(int number, int randomisation, int start, Allocation allocation) {
  Phase phase;
  phase.number = number;
  phase.randomisation = randomisation;
  phase.effective_seed = randomisation == 1 ? "exp" : "exp/" + std::to_string(randomisation);
  phase.start = at(start);
  phase.allocation = std::move(allocation);
  phase.declared_weights = {0.5, 0.5};
  return phase;
}

void next_phase(ExperimentEntry& entry, int start, bool by_move, Allocation allocation) {
  Phase& last = entry.phases.back();
  last.end = at(start);
  last.ended_by_move = by_move;
  entry.phases.push_back(phase(last.number + 1, last.randomisation, start, std::move(allocation)));
}

ExperimentEntry experiment() {
  ExperimentEntry entry;
  entry.definition.key = ExperimentKey("exp");
  entry.definition.unit = UnitKind("user_id");
  entry.definition.variants = {{VariantKey("a"), 0.5, Value::integer(0)},
                               {VariantKey("b"), 0.5, Value::integer(1)}};
  entry.state = ExperimentState::kRunning;
  entry.phases = {phase(1, 1, 0, split(0, 5000, 10000))};
  return entry;
}

MetricDefinition conversion(const std::string& key, const std::string& event, int window_hours) {
  MetricDefinition metric;
  metric.key = MetricKey(key);
  metric.numerator.event = EventName(event);
  metric.numerator.aggregation = Aggregation::kAny;
  if (window_hours > 0) metric.window = std::chrono::hours(window_hours);
  return metric;
}

MetricDefinition sum(const std::string& key, const std::string& property, int window_hours) {
  MetricDefinition metric = conversion(key, "buy", window_hours);
  metric.type = MetricType::kSum;
  metric.numerator.aggregation = Aggregation::kSum;
  if (!property.empty()) metric.numerator.value_property = property;
  return metric;
}

std::string unit_in(const std::string& seed, int lo, int hi) {
  for (int i = 0; i < 1'000'000; ++i) {
    std::string unit = "u" + std::to_string(i);
    const int bucket = bucket_of(seed, unit);
    if (bucket >= lo && bucket < hi) return unit;
  }
  throw std::runtime_error("no unit in that range");
}

std::string exposure(const std::string& unit, Time ts, const std::string& variant,
                     const std::string& members) {
  return R"({"type":"exposure","experiment":"exp","unit":")" + unit + R"(","ts":")" + text(ts) +
         R"(","variant":")" + variant + "\"" + (members.empty() ? "" : "," + members) + "}";
}

std::string outcome(const std::string& unit, const std::string& id, Time ts,
                    const std::string& members) {
  const bool has_name = members.find("\"name\"") != std::string::npos;
  return R"({"type":"outcome","id":")" + id + R"(","unit":")" + unit + R"(","ts":")" + text(ts) +
         "\"" + (has_name ? "" : R"(,"name":"buy")") + (members.empty() ? "" : "," + members) + "}";
}

namespace {

AcceptedEvent accepted(const std::string& body) {
  IntakeRules rules;
  rules.now = at(24 * 365);
  auto item = accept_event(*parse_json(body), rules);
  if (const auto* rejection = std::get_if<Rejection>(&item)) {
    throw std::runtime_error(body + ": " + rejection->message);
  }
  return std::get<AcceptedEvent>(std::move(item));
}

}  // namespace

UnitFold fold(const ExperimentEntry& entry, const std::string& unit,
              const std::vector<std::string>& bodies, Time look_time) {
  std::vector<AcceptedEvent> events;
  events.reserve(bodies.size());
  for (const std::string& body : bodies) events.push_back(accepted(body));
  std::vector<ChainRecord> records;
  records.reserve(events.size());
  for (const AcceptedEvent& event : events) records.push_back({event.event, event.canonical});
  return fold_unit(compile_plan(entry, look_time), {entry.definition.unit, unit}, records,
                   look_time);
}

Catalog catalog_of(std::vector<ExperimentEntry> entries) {
  Catalog catalog;
  catalog.experiments = std::move(entries);
  return catalog;
}

void TestLog::append(LogRow row, const std::vector<Unit>& units) {
  row.seq = LogSeq{raw(last()) + 1};
  for (const Unit& unit : units) row.previous.push_back(heads_.head(chain_key(unit)));
  for (const Unit& unit : units) heads_.set(chain_key(unit), row.seq);
  const Status done = log_.append(std::vector<LogRow>{row});
  if (!done) throw std::runtime_error(done.error().message);
}

void TestLog::add(const std::string& body, RowSource source, Time received_at) {
  const AcceptedEvent event = accepted(body);
  LogRow row;
  row.source = source;
  row.received_at = received_at;
  row.body = event.canonical;
  append(std::move(row), event.event.units);
}

void TestLog::complete_until(Time time) {
  LogRow row;
  row.kind = RowKind::kCompleteUntil;
  row.source = RowSource::kImport;
  row.body = text(time);
  append(std::move(row), {});
}

LogSeq TestLog::last() {
  return *log_.last();
}

const ArmCell& arm(const Cells& cells, int variant) {
  return cells.at(0).at(static_cast<std::size_t>(variant));
}

}  // namespace converge::test
