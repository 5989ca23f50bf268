#include "engine/ledger/ledger.h"

#include <catch2/catch.hpp>

#include "fixture.h"

namespace converge::test {
namespace {

const ExperimentKey kExperiment("exp");
const std::string kUnitA = unit_in("exp", 0, 1000);
const std::string kUnitA2 = unit_in("exp", 1000, 2000);
const std::string kUnitB = unit_in("exp", 9000, 10000);

ExperimentEntry with_metrics() {
  ExperimentEntry entry = experiment();
  entry.metrics = {conversion("conversion", "buy", 24), sum("revenue", "amount", 24)};
  return entry;
}

std::string buy(const std::string& unit, const std::string& id, int hour,
                const std::string& amount) {
  return outcome(unit, id, at(hour), R"("properties":{"amount":)" + amount + "}");
}

/// A fresh ledger at a look.
ExperimentMoments look(TestLog& log, const ExperimentEntry& entry, Time time) {
  Ledger ledger(log.events(), LedgerOptions{});
  const Status done = ledger.advance(catalog_of({entry}), log.last(), time);
  INFO((done ? "" : done.error().message));
  REQUIRE(done);
  REQUIRE(ledger.moments(kExperiment) != nullptr);
  return *ledger.moments(kExperiment);
}

TEST_CASE("Matured: a unit counts from the moment its window and the lateness are over") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(10));
  log.add(buy(kUnitA, "o", 11, "3"), RowSource::kLive, at(11));
  ExperimentEntry entry = with_metrics();
  entry.definition.lateness = std::chrono::hours(1);
  const auto n = [&](Time time) {
    const ExperimentMoments moments = look(log, entry, time);
    CHECK(arm(moments.metrics[0].exposed, 0).moments.n == 1);
    return arm(moments.metrics[0].matured, 0).moments.n;
  };
  CHECK(n(at(35, -1)) == 0);
  CHECK(n(at(35)) == 1);
}

TEST_CASE("Matured: a late outcome changes a unit that had matured") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(10));
  Ledger ledger(log.events(), LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  REQUIRE(ledger.advance(catalog, log.last(), at(34)));
  CHECK(arm(ledger.moments(kExperiment)->metrics[1].matured, 0).moments.x == Int128(0));
  log.add(buy(kUnitA, "o", 12, "3"), RowSource::kLive, at(34));
  REQUIRE(ledger.advance(catalog, log.last(), at(35)));
  CHECK(arm(ledger.moments(kExperiment)->metrics[1].matured, 0).moments.x == Int128(3'000'000));
  CHECK(arm(ledger.moments(kExperiment)->metrics[1].matured, 0).moments.n == 1);
}

TEST_CASE("Matured: a metric without a window never matures") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  ExperimentEntry entry = with_metrics();
  entry.metrics = {sum("revenue", "amount", 0)};
  const ExperimentMoments moments = look(log, entry, at(9999));
  CHECK(arm(moments.metrics[0].matured, 0) == ArmCell{});
  CHECK(arm(moments.metrics[0].exposed, 0).moments.n == 1);
}

TEST_CASE("Watermark: a live source stands still when no event was accepted for stale_after") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(10));
  const auto watermark = [&](int hour) {
    return look(log, with_metrics(), at(hour)).metrics[0].watermark;
  };
  CHECK(watermark(33) == at(33));
  CHECK(watermark(35) == at(34));
  CHECK(watermark(500) == at(34));
}

TEST_CASE(
    "Watermark: an import is complete to its largest ts, or to what it declares, the largest "
    "wins") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kImport);
  log.add(buy(kUnitA, "o", 12, "1"), RowSource::kImport);
  const auto watermark = [&] { return look(log, with_metrics(), at(100)).metrics[0].watermark; };
  CHECK(watermark() == at(12));
  log.complete_until(at(11));
  CHECK(watermark() == at(11));  // a declared time beats every default
  log.complete_until(at(90));
  log.complete_until(at(50));
  CHECK(watermark() == at(90));
  log.complete_until(at(300));
  CHECK(watermark() == at(100));
}

TEST_CASE(
    "Watermark: the slowest source that the metric reads; a declaration alone does not make it "
    "read") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(99));
  log.complete_until(at(20));
  ExperimentEntry entry = with_metrics();
  entry.metrics.push_back(conversion("calls", "call", 24));
  CHECK(look(log, entry, at(100)).metrics[0].watermark == at(100));
  log.add(buy(kUnitA, "o", 12, "1"), RowSource::kImport);
  const ExperimentMoments moments = look(log, entry, at(100));
  CHECK(moments.metrics[0].watermark == at(20));
  CHECK(moments.metrics[2].watermark == at(100));
}

TEST_CASE("Watermark: when a slower source appears, units are immature again") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(90));
  Ledger ledger(log.events(), LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  REQUIRE(ledger.advance(catalog, log.last(), at(100)));
  CHECK(arm(ledger.moments(kExperiment)->metrics[0].matured, 0).moments.n == 1);
  log.add(buy(kUnitA, "o", 12, "1"), RowSource::kImport, at(91));
  REQUIRE(ledger.advance(catalog, log.last(), at(100)));
  CHECK(arm(ledger.moments(kExperiment)->metrics[0].matured, 0).moments.n == 0);
}

TEST_CASE("Watermark: without a row that the metric reads there is none") {
  TestLog log;
  CHECK_FALSE(look(log, with_metrics(), at(100)).metrics[0].watermark);
}

TEST_CASE("Crossovers: left out of both populations and of SRM, counted, kept beside two ways") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "b"), RowSource::kLive, at(90));
  log.add(exposure(kUnitA, at(11), "a"));
  log.add(buy(kUnitA, "o", 12, "5"));
  log.add(exposure(kUnitA2, at(10), "a"));
  const ExperimentMoments moments = look(log, with_metrics(), at(100));
  CHECK(moments.crossovers == 1);
  CHECK(moments.phase_units == std::vector<std::int64_t>{2});
  CHECK(moments.mismatches == std::vector<std::int64_t>{1});
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{1, 0}});
  const MetricMoments& revenue = moments.metrics[1];
  CHECK(arm(revenue.matured, 1) == ArmCell{});
  CHECK(arm(revenue.exposed, 1) == ArmCell{});
  CHECK(arm(revenue.crossovers_by_hash, 0).moments.x == Int128(5'000'000));
  CHECK(arm(revenue.crossovers_by_first_shown, 1).moments.x == Int128(5'000'000));
  CHECK(arm(revenue.crossovers_by_first_shown, 0) == ArmCell{});
}

TEST_CASE("Censored: counted per arm in both populations, in no sum of either") {
  TestLog log;
  log.add(exposure(kUnitA, at(39), "a"), RowSource::kLive, at(99));
  log.add(exposure(kUnitB, at(1), "b"));
  ExperimentEntry entry = with_metrics();
  next_phase(entry, 40, true, split(0, 4000, 10000));
  const MetricMoments metric = look(log, entry, at(100)).metrics[0];
  CHECK(arm(metric.matured, 0).censored == 1);
  CHECK(arm(metric.exposed, 0).censored == 1);
  CHECK(arm(metric.exposed, 0).moments.n == 0);
  CHECK(arm(metric.matured, 1).moments.n == 1);
}

TEST_CASE(
    "Overflow: the unit is left out and counted, no_value counts outcomes of units that count") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(99));
  log.add(buy(kUnitA, "o", 12, "9007199254.740992"));
  log.add(exposure(kUnitA2, at(10), "a"));
  log.add(buy(kUnitA2, "o", 12, "\"7\""));
  const ArmCell cell = arm(look(log, with_metrics(), at(100)).metrics[1].matured, 0);
  CHECK(cell.overflow == 1);
  CHECK(cell.no_value == 1);
  CHECK(cell.moments.n == 1);
}

TEST_CASE("Strata: phases and enrolment classes are never pooled, each with its shares") {
  TestLog log;
  ExperimentEntry entry = with_metrics();
  entry.phases[0].allocation = split(0, 1000, 2000);
  next_phase(entry, 40, false, split(0, 1000, 10000));
  const std::string late = unit_in("exp", 2000, 3000);
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(99));
  log.add(exposure(kUnitA2, at(50), "b"));
  log.add(exposure(late, at(50), "b"));
  log.add(exposure(kUnitB, at(10), "b"));
  const ExperimentMoments moments = look(log, entry, at(100));
  std::vector<std::string> labels;
  for (const Stratum& stratum : moments.strata) labels.push_back(stratum.label());
  CHECK(labels == std::vector<std::string>{
                      "phase 1, enrolled since phase 1", "phase 1, not enrolled",
                      "phase 2, enrolled since phase 1", "phase 2, enrolled since phase 2"});
  CHECK(moments.strata[0].expected_shares == std::vector<double>{0.5, 0.5});
  CHECK(moments.strata[1].expected_shares.empty());
  CHECK(moments.strata[3].expected_shares == std::vector<double>{0, 1});
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{1, 0}, {0, 1}, {0, 1}, {0, 1}});
}

TEST_CASE("Segments: only values that a unit has, and they vanish with it") {
  TestLog log;
  ExperimentEntry entry = with_metrics();
  entry.definition.segments = {"browser"};
  const auto browser = [](const std::string& name) {
    return R"("attributes":{"browser":")" + name + "\"}";
  };
  log.add(exposure(kUnitA, at(10), "a", browser("Late")), RowSource::kLive, at(99));
  Ledger ledger(log.events(), LedgerOptions{});
  const Catalog catalog = catalog_of({entry});
  REQUIRE(ledger.advance(catalog, log.last(), at(99)));
  CHECK(ledger.moments(kExperiment)->metrics[0].exposed_by_segment.contains({"browser", "Late"}));
  log.add(exposure(kUnitA, at(9), "a", browser("Early")));
  REQUIRE(ledger.advance(catalog, log.last(), at(100)));
  const auto& segments = ledger.moments(kExperiment)->metrics[0].exposed_by_segment;
  REQUIRE(segments.size() == 1);
  CHECK(arm(segments.at({"browser", "Early"}), 0).moments.n == 1);
}

TEST_CASE(
    "Unit kinds: an exposure without the experiment's kind is counted once per content, never "
    "analysed") {
  TestLog log;
  const std::string visitor =
      R"({"type":"exposure","experiment":"exp","units":{"visitor_id":"v"},"ts":")" + text(at(10)) +
      R"(","variant":"a"})";
  log.add(visitor);
  log.add(visitor);
  CHECK(look(log, with_metrics(), at(10)).wrong_unit_kind == 0);
  const ExperimentMoments moments = look(log, with_metrics(), at(11));
  CHECK(moments.wrong_unit_kind == 1);
  CHECK(moments.strata.empty());
}

TEST_CASE("Cursor: rows beyond it are not evidence") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  log.add(exposure(kUnitB, at(10), "b"));
  Ledger ledger(log.events(), LedgerOptions{});
  REQUIRE(ledger.advance(catalog_of({with_metrics()}), LogSeq{1}, at(20)));
  CHECK(ledger.moments(kExperiment)->units == std::vector<std::vector<std::int64_t>>{{1, 0}});
  CHECK(raw(ledger.moments(kExperiment)->cursor) == 1);
  CHECK(raw(ledger.cursor()) == 1);
}

TEST_CASE("Advance: neither cursor nor look goes back, nor does the cursor pass the log's end") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  Ledger ledger(log.events(), LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  REQUIRE(ledger.advance(catalog, LogSeq{1}, at(20)));
  CHECK(ledger.advance(catalog, LogSeq{0}, at(30)).error().code == Errc::kInvalidArgument);
  CHECK(ledger.advance(catalog, LogSeq{1}, at(19)).error().code == Errc::kInvalidArgument);
  CHECK(ledger.advance(catalog, LogSeq{2}, at(30)).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Records ahead of the look come into evidence when the look passes them") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(10));
  log.add(buy(kUnitA, "o", 20, "3"));
  log.add(buy(kUnitA, "p", 30, "4"));
  Ledger ledger(log.events(), LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  const auto total = [&](int hour) {
    REQUIRE(ledger.advance(catalog, log.last(), at(hour)));
    return arm(ledger.moments(kExperiment)->metrics[1].exposed, 0).moments.x;
  };
  CHECK(total(20) == Int128(0));
  CHECK(total(25) == Int128(3'000'000));
  CHECK(total(31) == Int128(7'000'000));
}

TEST_CASE("Catalog: an experiment that is applied after its exposures is found in the log") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  log.add(buy(kUnitA, "o", 12, "3"));
  Ledger ledger(log.events(), LedgerOptions{});
  REQUIRE(ledger.advance(Catalog{}, log.last(), at(20)));
  CHECK(ledger.moments(kExperiment) == nullptr);
  Result<Ledger> restarted = Ledger::decode(ledger.encode(), log.events(), LedgerOptions{});
  REQUIRE(restarted);
  REQUIRE(restarted->advance(catalog_of({with_metrics()}), log.last(), at(21)));
  CHECK(arm(restarted->moments(kExperiment)->metrics[1].exposed, 0).moments.x == Int128(3'000'000));
}

TEST_CASE(
    "Catalog: a draft has no moments, an experiment that left has none, and one that came back is "
    "whole") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  ExperimentEntry draft = with_metrics();
  draft.phases.clear();
  Ledger ledger(log.events(), LedgerOptions{});
  REQUIRE(ledger.advance(catalog_of({draft}), log.last(), at(20)));
  CHECK(ledger.moments(kExperiment) == nullptr);
  REQUIRE(ledger.advance(catalog_of({with_metrics()}), log.last(), at(20)));
  const std::string before = ledger.moments(kExperiment)->encode();
  REQUIRE(ledger.advance(Catalog{}, log.last(), at(20)));
  CHECK(ledger.moments(kExperiment) == nullptr);
  REQUIRE(ledger.advance(catalog_of({with_metrics()}), log.last(), at(20)));
  CHECK(ledger.moments(kExperiment)->encode() == before);
}

TEST_CASE("Catalog: a metric added later is computed over the log") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  log.add(outcome(kUnitA, "c", at(11), R"("name":"call")"));
  Ledger ledger(log.events(), LedgerOptions{});
  ExperimentEntry entry = with_metrics();
  REQUIRE(ledger.advance(catalog_of({entry}), log.last(), at(20)));
  entry.metrics.push_back(conversion("calls", "call", 24));
  REQUIRE(ledger.advance(catalog_of({entry}), log.last(), at(20)));
  CHECK(arm(ledger.moments(kExperiment)->metrics[2].exposed, 0).moments.x == Int128(1));
}

TEST_CASE("Experiments: one unit counts in each experiment it met") {
  TestLog log;
  ExperimentEntry other = with_metrics();
  other.definition.key = ExperimentKey("zzz");
  log.add(exposure(kUnitA, at(10), "a"));
  log.add(R"({"type":"exposure","experiment":"zzz","unit":")" + kUnitA + R"(","ts":")" +
          text(at(12)) + R"(","variant":"a"})");
  log.add(buy(kUnitA, "o", 11, "3"));
  Ledger ledger(log.events(), LedgerOptions{});
  REQUIRE(ledger.advance(catalog_of({with_metrics(), other}), log.last(), at(20)));
  CHECK(arm(ledger.moments(kExperiment)->metrics[0].exposed, 0).moments.x == Int128(1));
  CHECK(arm(ledger.moments(ExperimentKey("zzz"))->metrics[0].exposed, 0).moments.x == Int128(0));
}

TEST_CASE("Moments: bytes say what counts and not how it was delivered") {
  TestLog once;
  once.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(10));
  TestLog twice;
  twice.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(11));
  twice.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(12));
  CHECK(look(once, with_metrics(), at(20)).encode() ==
        look(twice, with_metrics(), at(20)).encode());
  twice.add(buy(kUnitA, "o", 11, "0.000001"));
  CHECK(look(once, with_metrics(), at(20)).encode() !=
        look(twice, with_metrics(), at(20)).encode());
}

TEST_CASE("Checkpoint: goes on without the log; damage and other formats are told apart") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"), RowSource::kLive, at(10));
  log.add(buy(kUnitA, "o", 12, "3"));
  Ledger ledger(log.events(), LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  REQUIRE(ledger.advance(catalog, log.last(), at(20)));
  std::string bytes = ledger.encode();

  MemoryEventLog empty;
  Result<Ledger> restarted = Ledger::decode(bytes, empty, LedgerOptions{});
  REQUIRE(restarted);
  CHECK(restarted->cursor() == log.last());
  CHECK(restarted->look_time() == at(20));
  REQUIRE(restarted->advance(catalog, log.last(), at(34)));
  CHECK(restarted->moments(kExperiment)->encode() == look(log, with_metrics(), at(34)).encode());

  CHECK(Ledger::decode(bytes.substr(0, 60), empty, {}).error().code == Errc::kInternal);
  CHECK(Ledger::decode("", empty, {}).error().code == Errc::kInternal);
  std::string newer = bytes;
  for (const char format : {'\1', '\3'}) {
    newer[8] = format;
    CHECK(Ledger::decode(newer, empty, {}).error().code == Errc::kUnsupported);
  }
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  CHECK(Ledger::decode(bytes, empty, {}).error().code == Errc::kInternal);
}

/// A log whose rows can be damaged or withheld.
class BrokenLog final : public EventLog {
 public:
  explicit BrokenLog(EventLog& inner) : inner_(inner) {}
  Result<LogSeq> last() override { return inner_.last(); }
  Status append(std::span<const LogRow> rows) override { return inner_.append(rows); }
  Result<std::vector<LogRow>> read(LogSeq after, std::size_t limit) override {
    return inner_.read(after, limit);
  }
  Result<LogRow> row(LogSeq seq) override {
    if (locked_) return Error{Errc::kUnavailable, "locked"};
    return inner_.row(seq);
  }
  bool locked_ = false;

 private:
  EventLog& inner_;
};

TEST_CASE("Store failure: an advance that failed is made good by the next one") {
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  BrokenLog broken(log.events());
  Ledger ledger(broken, LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  REQUIRE(ledger.advance(catalog, log.last(), at(20)));
  log.add(buy(kUnitA, "o", 12, "3"));
  broken.locked_ = true;
  CHECK(ledger.advance(catalog, log.last(), at(21)).error().code == Errc::kUnavailable);
  broken.locked_ = false;
  REQUIRE(ledger.advance(catalog, log.last(), at(22)));
  CHECK(ledger.moments(kExperiment)->encode() == look(log, with_metrics(), at(22)).encode());
}

TEST_CASE("Store failure: a link that could not be followed is followed by the next advance") {
  const auto named = [](const std::string& type, const std::string& units,
                        const std::string& members) {
    return R"({"type":")" + type + R"(","ts":")" + text(at(12)) + R"(","units":{)" + units + "}" +
           members + "}";
  };
  TestLog log;
  log.add(exposure(kUnitA, at(10), "a"));
  log.add(named("outcome", R"("visitor_id":"v")", R"(,"id":"o","name":"buy")"));
  BrokenLog broken(log.events());
  Ledger ledger(broken, LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  REQUIRE(ledger.advance(catalog, log.last(), at(20)));
  log.add(named("link", R"("user_id":")" + kUnitA + R"(","visitor_id":"v")", ""));
  broken.locked_ = true;
  CHECK(ledger.advance(catalog, log.last(), at(21)).error().code == Errc::kUnavailable);
  broken.locked_ = false;
  REQUIRE(ledger.advance(catalog, log.last(), at(22)));
  CHECK(arm(ledger.moments(kExperiment)->metrics[0].exposed, 0).moments.x == Int128(1));
  CHECK(ledger.moments(kExperiment)->encode() == look(log, with_metrics(), at(22)).encode());
}

TEST_CASE(
    "Log damage: a chain that points forward or to a foreign row is an error, never a result") {
  for (const std::int64_t pointer : {2, 7, 1}) {
    INFO("pointer " << pointer);
    MemoryEventLog log;
    LogRow foreign;
    foreign.seq = LogSeq{1};
    foreign.body = R"({"ts":"2026-01-01T10:00:00Z","type":"erase","units":{"user_id":"somebody"}})";
    foreign.previous = {LogSeq{0}};
    LogRow row;
    row.seq = LogSeq{2};
    row.body =
        R"({"experiment":"exp","ts":"2026-01-01T10:00:00Z","type":"exposure","units":{"user_id":"u1"},"variant":"a"})";
    row.previous = {LogSeq{pointer}};
    REQUIRE(log.append(std::vector<LogRow>{foreign, row}));
    Ledger ledger(log, LedgerOptions{});
    const Status done = ledger.advance(catalog_of({with_metrics()}), LogSeq{2}, at(20));
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::kInternal);
  }
}

}  // namespace
}  // namespace converge::test
