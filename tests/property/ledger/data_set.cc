#include "data_set.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "engine/record/intake.h"

namespace converge::test {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;

const Time kOrigin = Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));

/// RFC 3339 with six digits, written by hand.
std::string text_of(Time time) {
  const std::int64_t us = (time - kOrigin).count();
  const std::int64_t day = us / 86'400'000'000;
  const std::int64_t rest = us % 86'400'000'000;
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "2026-%02d-%02dT%02d:%02d:%02d.%06dZ",
                static_cast<int>(1 + day / 28), static_cast<int>(1 + day % 28),
                static_cast<int>(rest / 3'600'000'000), static_cast<int>(rest / 60'000'000 % 60),
                static_cast<int>(rest / 1'000'000 % 60), static_cast<int>(rest % 1'000'000));
  return buffer.data();
}

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}
  DataSet make();

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  const T& any(const std::vector<T>& items) {
    return items[static_cast<std::size_t>(below(static_cast<int>(items.size())))];
  }

  void define_metrics();
  OutcomeQuery query();
  void define_phases();
  void next_allocation(std::vector<int>& blocks);
  void add_unit(const std::string& unit);
  void add_exposure(const std::string& unit, Time ts);
  void add_outcome(const std::string& units, Time ts);
  void add_links();
  void add_removals();
  Time any_time();
  std::string any_id(const std::string& kind);
  std::string units_of(const std::vector<std::string>& kinds);
  std::string units_json(const std::string& unit);
  std::string number();
  std::string property_value(const std::string& name);
  std::string variant_at(const std::string& unit, Time ts);
  void send(const std::string& body);

  std::mt19937_64 random_;
  DataSet data_;
  int next_id_ = 0;
  struct Sent {
    std::string type, id, units;
  };
  std::vector<Sent> sent_;  ///< exposures and outcomes with an id
};

OutcomeQuery Maker::query() {
  OutcomeQuery query;
  query.event = EventName(any<std::string>({"purchase", "view"}));
  query.aggregation = any<Aggregation>({Aggregation::kAny, Aggregation::kCount, Aggregation::kSum});
  if (query.aggregation == Aggregation::kSum) {
    if (!one_in(3)) query.value_property = "amount";
    query.scale_exponent = any<int>({-6, -2, 0});
  }
  if (one_in(3)) query.where.push_back({"category", Value::string("chairs")});
  if (one_in(4)) query.where.push_back({"level", Value::number("1.0", 1)});
  if (one_in(6)) query.where.push_back({"trial", Value::boolean(true)});
  return query;
}

void Maker::define_metrics() {
  const int count = 3 + below(3);
  for (int i = 0; i < count; ++i) {
    MetricDefinition metric;
    metric.key = MetricKey("metric" + std::to_string(i));
    metric.numerator = query();
    if (!one_in(5)) metric.window = hours(any<int>({1, 24, 48}));
    metric.type = metric.numerator.aggregation == Aggregation::kAny     ? MetricType::kConversion
                  : metric.numerator.aggregation == Aggregation::kCount ? MetricType::kCount
                                                                        : MetricType::kSum;
    if (one_in(3)) {
      metric.type = MetricType::kRatio;
      metric.denominator = query();
    }
    data_.entry.metrics.push_back(metric);
  }
}

void Maker::next_allocation(std::vector<int>& blocks) {
  const int variants = static_cast<int>(data_.entry.definition.variants.size());
  for (int& block : blocks) {
    if (one_in(3)) block = below(variants + 1) - 1;
  }
}

void Maker::define_phases() {
  const int count = 1 + below(4);
  std::vector<int> blocks(kBlocks);
  for (int i = 0; i < kBlocks; ++i) blocks[static_cast<std::size_t>(i)] = i % 3 == 2 ? -1 : i % 2;
  Time start = kOrigin + hours(24);
  int randomisation = 1;
  for (int number = 1; number <= count; ++number) {
    Phase phase;
    phase.number = number;
    phase.randomisation = randomisation;
    phase.effective_seed = randomisation == 1 ? "seed" : "seed/" + std::to_string(randomisation);
    phase.start = start;
    std::vector<std::int16_t> table;
    for (const int block : blocks) {
      table.insert(table.end(), kBuckets / kBlocks, static_cast<std::int16_t>(block));
    }
    phase.allocation =
        Allocation::from_table(table, static_cast<int>(data_.entry.definition.variants.size()));
    if (number < count || one_in(4)) {
      start += hours(24 * (1 + below(3)));
      phase.end = start;
      phase.ended_by_move = one_in(2);
      if (one_in(4)) start += hours(12);
    }
    if (one_in(3)) ++randomisation;
    data_.entry.phases.push_back(phase);
    next_allocation(blocks);
  }
}

std::string Maker::number() {
  static const std::vector<std::string> kEdges = {"0",
                                                  "-1.5",
                                                  "1e2",
                                                  "2.5e-6",
                                                  "3.5e-6",
                                                  "0.0000005",
                                                  "-0.0000015",
                                                  "12.345",
                                                  "12.355",
                                                  "0.5",
                                                  "1.5",
                                                  "9007199254.740991",
                                                  "9007199254740991",
                                                  "9007199254740992",
                                                  "-9007199254740993"};
  if (one_in(8)) return any(kEdges);
  return std::to_string(below(500)) + (one_in(2) ? "." + std::to_string(below(1000)) : "");
}

std::string Maker::property_value(const std::string& name) {
  if (name == "amount") return one_in(6) ? "\"12\"" : number();
  if (name == "category") return any<std::string>({"\"chairs\"", "\"tables\"", "1", "null"});
  if (name == "level") return any<std::string>({"1", "1.0", "10e-1", "2", "\"1\""});
  return any<std::string>({"true", "false", "\"true\""});
}

std::string Maker::units_json(const std::string& unit) {
  const std::string user = "\"user_id\":\"" + unit + "\"";
  return one_in(8) ? "{" + user + ",\"visitor_id\":\"v" + std::to_string(below(20)) + "\"}"
                   : "{" + user + "}";
}

std::string Maker::variant_at(const std::string& unit, Time ts) {
  if (one_in(20)) return "unheard-of";
  const auto& variants = data_.entry.definition.variants;
  if (!one_in(12)) {
    for (const Phase& phase : data_.entry.phases) {
      if (ts < phase.start || (phase.end && ts >= *phase.end)) continue;
      const int block = block_of(phase.effective_seed, unit);
      const int variant = phase.allocation.variant_of(block * kBuckets / kBlocks);
      if (variant >= 0) return variants[static_cast<std::size_t>(variant)].key.str();
    }
  }
  return any(variants).key.str();
}

void Maker::send(const std::string& body) {
  data_.bodies.push_back(body);
  if (one_in(10)) data_.bodies.push_back(body);
}

void Maker::add_exposure(const std::string& unit, Time ts) {
  const int copies = one_in(8) ? 2 : 1;
  const bool has_id = copies == 2 || one_in(3);
  const std::string id = "x" + std::to_string(next_id_++);
  const std::string units = units_json(unit);
  if (has_id) sent_.push_back({"exposure", id, units});
  for (int copy = 0; copy < copies; ++copy) {
    const std::string browser =
        any<std::string>({"\"Chrome\"", "\"Firefox\"", "7", "true", "null", "[1]"});
    std::string body = "{\"attributes\":{\"browser\":" + browser + "},\"experiment\":\"" +
                       (one_in(15) ? "other" : "exp") + "\",";
    if (has_id) body += "\"id\":\"" + id + "\",";
    if (one_in(15))
      body += "\"source\":\"" + any<std::string>({"forced", "qa", "override"}) + "\",";
    body += "\"ts\":\"" + text_of(ts) + "\",\"type\":\"exposure\",\"units\":" + units +
            ",\"variant\":\"" + variant_at(unit, ts) + "\"}";
    send(body);
  }
}

void Maker::add_outcome(const std::string& units, Time ts) {
  const int copies = one_in(12) ? 2 : 1;
  const std::string id = "o" + std::to_string(next_id_++);
  sent_.push_back({"outcome", id, units});
  for (int copy = 0; copy < copies; ++copy) {
    std::string body = "{\"id\":\"" + id + "\",\"name\":\"" +
                       any<std::string>({"purchase", "view", "call"}) + "\",\"properties\":{";
    std::string properties;
    for (const char* name : {"amount", "category", "level", "trial"}) {
      if (one_in(4)) continue;
      properties +=
          (properties.empty() ? "\"" : ",\"") + std::string(name) + "\":" + property_value(name);
    }
    body += properties + "},\"ts\":\"" + text_of(ts) + "\",\"type\":\"outcome\",\"units\":" + units;
    if (!one_in(3)) body += ",\"value\":" + number();
    send(body + "}");
  }
}

void Maker::add_unit(const std::string& unit) {
  const Duration span = data_.look_time - kOrigin;
  std::vector<Time> exposed;
  for (int left = below(4); left >= 0; --left) {
    exposed.push_back(kOrigin + hours(below(static_cast<int>(span / hours(1)) + 24)));
    add_exposure(unit, exposed.back());
  }
  for (const Phase& phase : data_.entry.phases) {
    if (one_in(6)) add_exposure(unit, phase.start - microseconds(below(2)));
  }
  const std::vector<Duration> edges = {microseconds(-1), microseconds(0), hours(1),  hours(24),
                                       hours(48),        hours(-20),      hours(30), hours(3)};
  for (int left = below(8); left > 0; --left) {
    const Time ts = std::max(kOrigin, any(exposed) + any(edges) - microseconds(below(2)));
    if (one_in(3)) {
      using Kinds = std::vector<std::string>;
      add_outcome(
          units_of(any<Kinds>({{"visitor_id"}, {"device_id"}, {"device_id", "visitor_id"}})), ts);
    } else {
      add_outcome(units_json(unit), ts);
    }
  }
}

Time Maker::any_time() {
  return kOrigin + hours(below(static_cast<int>((data_.look_time - kOrigin) / hours(1)) + 12));
}

std::string Maker::any_id(const std::string& kind) {
  if (kind == "user_id") return any(data_.units);
  return kind.substr(0, 1) + std::to_string(below(kind == "visitor_id" ? 20 : 10));
}

std::string Maker::units_of(const std::vector<std::string>& kinds) {
  std::string units;
  for (const std::string& kind : kinds) {
    units += (units.empty() ? "\"" : ",\"") + kind + "\":\"" + any_id(kind) + "\"";
  }
  return "{" + units + "}";
}

/// From none to so many that components grow beyond the limit.
void Maker::add_links() {
  using Kinds = std::vector<std::string>;
  const std::vector<Kinds> kinds = {{"user_id", "visitor_id"},
                                    {"user_id", "visitor_id"},
                                    {"device_id", "visitor_id"},
                                    {"device_id", "user_id", "visitor_id"}};
  for (int left = below(35); left > 0; --left) {
    send(R"({"ts":")" + text_of(any_time()) + R"(","type":"link","units":)" + units_of(any(kinds)) +
         "}");
  }
}

/// Most retracts meet a record; some name another type or other units than their target.
void Maker::add_removals() {
  for (int left = below(30); left > 0; --left) {
    const Sent& target = any(sent_);
    const std::string type = one_in(10) ? "outcome" : target.type;
    const std::string of = type == "outcome" && one_in(2) ? "" : R"("of":")" + type + "\",";
    send(R"({"id":")" + target.id + "\"," + of + R"("ts":")" + text_of(any_time()) +
         R"(","type":"retract","units":)" + (one_in(10) ? units_of({"user_id"}) : target.units) +
         "}");
  }
  using Kinds = std::vector<std::string>;
  for (int left = below(4); left > 0; --left) {
    send(R"({"ts":")" + text_of(any_time()) + R"(","type":"erase","units":)" +
         units_of(
             any<Kinds>({{"user_id"}, {"visitor_id"}, {"device_id"}, {"user_id", "visitor_id"}})) +
         "}");
  }
}

DataSet Maker::make() {
  ExperimentDefinition& definition = data_.entry.definition;
  definition.key = ExperimentKey("exp");
  definition.unit = UnitKind("user_id");
  const int variants = 2 + below(2);
  for (int i = 0; i < variants; ++i) {
    definition.variants.push_back({VariantKey(std::string(1, static_cast<char>('a' + i))),
                                   1.0 / variants, Value::integer(i)});
  }
  definition.segments = {"browser"};
  definition.lateness = hours(any<int>({0, 0, 5}));
  if (one_in(5)) definition.assignment = AssignmentSource::kExternal;
  data_.entry.state = ExperimentState::kRunning;
  define_metrics();
  define_phases();
  data_.look_time = kOrigin + hours(24 * (4 + below(10)));
  const int units = 25 + below(25);
  for (int i = 0; i < units; ++i) {
    data_.units.push_back("u" + std::to_string(i));
    add_unit(data_.units.back());
  }
  for (const char* other : {R"({"visitor_id":"v1"})", R"({"device_id":"d1","visitor_id":"v2"})"}) {
    sent_.push_back({"exposure", "w", other});
    send(R"({"experiment":"exp","id":"w","ts":")" + text_of(kOrigin + hours(30)) +
         R"(","type":"exposure","units":)" + other + R"(,"variant":"a"})");
  }
  add_links();
  add_removals();
  return data_;
}

}  // namespace

DataSet make_data_set(std::uint64_t seed) {
  return Maker(seed).make();
}

LedgerOptions ledger_options() {
  LedgerOptions options;
  options.component_ids_max = kComponentIdsMax;
  return options;
}

int block_of(const std::string& seed, const std::string& unit) {
  const auto fnv = [](const std::string& text) {
    std::uint32_t h = 0x811C9DC5U;
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x01000193U;
    return h;
  };
  return static_cast<int>(fnv(std::to_string(fnv(seed + unit))) % 10000U) / 1000;
}

Catalog catalog_at(const DataSet& data, Time time) {
  ExperimentEntry entry = data.entry;
  std::erase_if(entry.phases, [time](const Phase& phase) { return phase.start > time; });
  if (!entry.phases.empty() && entry.phases.back().end && *entry.phases.back().end > time) {
    entry.phases.back().end.reset();
    entry.phases.back().ended_by_move = false;
  }
  Catalog catalog;
  catalog.experiments.push_back(std::move(entry));
  return catalog;
}

Log::Log(Time now) : clock_(now) {
  RecorderLimits limits;
  limits.recent_max = 0;  // what was sent twice stands in the log twice
  auto opened = Recorder::open(store_.events(), store_.checkpoints(), clock_, limits);
  if (!opened) throw std::runtime_error(opened.error().message);
  recorder_ = *std::move(opened);
}

void Log::record(RecordBatch batch) {
  const Result<RecordReceipt> receipt = recorder_->record(std::move(batch));
  if (!receipt) throw std::runtime_error(receipt.error().message);
}

void Log::append(const std::vector<std::string>& bodies, RowSource source) {
  std::string lines;
  for (const std::string& body : bodies) lines += body + "\n";
  IntakeRules rules;
  rules.now = clock_.now() + hours(24 * 365);
  const auto intake = read_events(lines, BodyForm::kNdjson, rules, IntakeLimits{});
  if (!intake || !intake->rejected.empty()) throw std::runtime_error("the data set is rejected");
  RecordBatch batch;
  batch.events = intake->accepted;
  batch.source = source;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (batch.events[i].canonical != bodies[i]) throw std::runtime_error("not canonical");
  }
  record(std::move(batch));
}

void Log::complete_until(Time time) {
  RecordBatch batch;
  batch.source = RowSource::kImport;
  batch.complete_until = time;
  record(std::move(batch));
}

LogSeq Log::last() {
  return *store_.events().last();
}

std::uint64_t data_sets(std::uint64_t all) {
  const char* effort = std::getenv("CONVERGE_PROPERTIES");
  return effort != nullptr && std::string_view(effort) == "few" ? all / 5 : all;
}

}  // namespace converge::test
