#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

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

using Ids = std::vector<std::pair<std::string, std::string>>;

Ids user(const std::string& id) {
  return {{"user_id", id}};
}
Ids visitor(const std::string& id) {
  return {{"visitor_id", id}};
}
Ids both(const std::string& user_id, const std::string& visitor_id) {
  return {{"user_id", user_id}, {"visitor_id", visitor_id}};
}

std::string statement(const std::string& type, const Ids& ids, Time ts,
                      const std::string& members = "") {
  std::string units;
  for (const auto& [kind, id] : ids) {
    units += (units.empty() ? "\"" : ",\"") + kind + "\":\"" + id + "\"";
  }
  return R"({"type":")" + type + R"(","ts":")" + text(ts) + R"(","units":{)" + units + "}" +
         (members.empty() ? "" : "," + members) + "}";
}

std::string link(const Ids& ids, int hour = 1) {
  return statement("link", ids, at(hour));
}
std::string erase(const Ids& ids, int hour = 50) {
  return statement("erase", ids, at(hour));
}
std::string retract(const Ids& ids, const std::string& id, const std::string& members = "") {
  return statement("retract", ids, at(50),
                   R"("id":")" + id + "\"" + (members.empty() ? "" : "," + members));
}
std::string met(const Ids& ids, int hour, const std::string& variant,
                const std::string& members = "") {
  return statement("exposure", ids, at(hour),
                   R"("experiment":"exp","variant":")" + variant + "\"" +
                       (members.empty() ? "" : "," + members));
}
std::string buy(const Ids& ids, const std::string& id, int hour, int amount) {
  return statement("outcome", ids, at(hour),
                   R"("id":")" + id + R"(","name":"buy","properties":{"amount":)" +
                       std::to_string(amount) + "}");
}

ExperimentMoments look_at_hour(int hour, const std::vector<std::string>& bodies,
                               const LedgerOptions& options = {}) {
  TestLog log;
  for (const std::string& body : bodies) log.add(body, RowSource::kLive, at(990));
  Ledger ledger(log.events(), options);
  const Status done = ledger.advance(catalog_of({with_metrics()}), log.last(), at(hour));
  INFO((done ? "" : done.error().message));
  REQUIRE(done);
  return *ledger.moments(kExperiment);
}

/// Row by row, with a restart after each.
std::string lived_through(const std::vector<std::string>& bodies, const LedgerOptions& options) {
  TestLog log;
  Ledger ledger(log.events(), options);
  for (const std::string& body : bodies) {
    log.add(body, RowSource::kLive, at(990));
    REQUIRE(ledger.advance(catalog_of({with_metrics()}), log.last(), at(1000)));
    Result<Ledger> restarted = Ledger::decode(ledger.encode(), log.events(), options);
    REQUIRE(restarted);
    ledger = *std::move(restarted);
  }
  REQUIRE(ledger.advance(catalog_of({with_metrics()}), log.last(), at(1000)));
  return ledger.moments(kExperiment)->encode();
}

/// At hour 1000, told in this order and backwards, at once and row by row: the bytes must not
/// differ.
ExperimentMoments look(std::vector<std::string> bodies, const LedgerOptions& options = {}) {
  ExperimentMoments moments = look_at_hour(1000, bodies, options);
  CHECK(lived_through(bodies, options) == moments.encode());
  std::reverse(bodies.begin(), bodies.end());
  CHECK(look_at_hour(1000, bodies, options).encode() == moments.encode());
  CHECK(lived_through(bodies, options) == moments.encode());
  return moments;
}

/// Of one variant over all strata, in millionths.
Int128 revenue(const ExperimentMoments& moments, int variant) {
  Int128 total;
  for (const auto& stratum : moments.metrics[1].exposed) {
    total += stratum[static_cast<std::size_t>(variant)].moments.x;
  }
  return total;
}

Int128 millions(std::int64_t amount) {
  return Int128(amount * 1'000'000);
}

TEST_CASE(
    "Links: an outcome that names no unit of the experiment's kind counts for the linked one") {
  const std::vector<std::string> unlinked = {met(user(kUnitA), 10, "a"),
                                             buy(visitor("v"), "o", 12, 3)};
  CHECK(revenue(look(unlinked), 0) == Int128(0));
  std::vector<std::string> linked = unlinked;
  linked.push_back(link(both(kUnitA, "v")));
  const ExperimentMoments moments = look(linked);
  CHECK(revenue(moments, 0) == millions(3));
  CHECK(arm(moments.metrics[1].matured, 0).moments.x == millions(3));
  CHECK(moments.linked_units == std::vector<std::vector<std::int64_t>>{{1, 0}});
}

TEST_CASE("Links: an event that names two ids joins nothing") {
  const ExperimentMoments moments =
      look({met(both(kUnitA, "v"), 10, "a"), buy(both(kUnitA, "v"), "o", 12, 3),
            buy(visitor("v"), "p", 12, 5)});
  CHECK(revenue(moments, 0) == millions(3));
  CHECK(moments.linked_units == std::vector<std::vector<std::int64_t>>{{0, 0}});
}

TEST_CASE("Links: a component is everything that links reach, whatever their order") {
  const ExperimentMoments moments =
      look({met(user(kUnitA), 10, "a"), link({{"device_id", "d"}, {"visitor_id", "w"}}),
            buy(visitor("w"), "o", 12, 3), link({{"device_id", "d"}, {"visitor_id", "v"}}),
            link(both(kUnitA, "v"))});
  CHECK(revenue(moments, 0) == millions(3));
}

TEST_CASE("Links: an outcome counts for the unit it names although a linked one was exposed") {
  const std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), link(both(kUnitA, "v")),
                                           link(both(kUnitA2, "v")),
                                           buy(both(kUnitA2, "v"), "o", 12, 3)};
  CHECK(revenue(look(bodies), 0) == Int128(0));
}

TEST_CASE("Links: of two exposed units the earlier takes what names neither, then smaller bytes") {
  const auto earliest = [](int first_hour) {
    const ExperimentMoments moments =
        look({met(user(kUnitA), first_hour, "a", R"("attributes":{"z":2})"),
              met(user(kUnitA2), 10, "a", R"("attributes":{"z":1})"), link(both(kUnitA, "v")),
              link(both(kUnitA2, "v")), buy(visitor("v"), "o", 33, 3)});
    CHECK(arm(moments.metrics[1].exposed, 0).moments.n == 2);
    return revenue(moments, 0);
  };
  CHECK(earliest(9) == Int128(0));  // its window closed at hour 33
  CHECK(earliest(10) == millions(3));
  CHECK(earliest(11) == millions(3));
}

TEST_CASE("Links: with one ts the unit whose exposure has the smaller bytes takes the outcome") {
  const ExperimentMoments moments = look(
      {met(user(kUnitA), 10, "a", R"("attributes":{"z":2})"),
       met(user(kUnitA2), 10, "a", R"("attributes":{"z":1})"), link(both(kUnitA, "v")),
       link(both(kUnitA2, "v")), buy(visitor("v"), "o", 12, 3), buy(user(kUnitA2), "p", 12, 4)});
  CHECK(arm(moments.metrics[1].exposed, 0).moments.xx.str() == "49000000000000");
}

TEST_CASE("Links: a unit whose exposure is not analysed takes no outcome") {
  const ExperimentMoments moments =
      look({met(user(kUnitA2), 9, "a", R"("source":"qa")"), met(user(kUnitA), 10, "a"),
            link(both(kUnitA, "v")), link(both(kUnitA2, "v")), buy(visitor("v"), "o", 12, 3)});
  CHECK(revenue(moments, 0) == millions(3));
}

TEST_CASE("Links: an outcome of several ids belongs to the first linked one, in order of kind") {
  const Ids two = {{"device_id", "d"}, {"visitor_id", "v"}};
  const std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), link(both(kUnitA, "v")),
                                           buy(two, "o", 12, 3)};
  CHECK(revenue(look(bodies), 0) == millions(3));  // the device is not linked
  std::vector<std::string> elsewhere = bodies;
  elsewhere.push_back(link({{"device_id", "d"}, {"user_id", kUnitB}}));
  CHECK(revenue(look(elsewhere), 0) == Int128(0));
  elsewhere.push_back(met(user(kUnitB), 10, "b"));
  const ExperimentMoments moments = look(elsewhere);
  CHECK(revenue(moments, 0) == Int128(0));
  CHECK(revenue(moments, 1) == millions(3));
  elsewhere.push_back(erase(user(kUnitB)));
  CHECK(revenue(look(elsewhere), 0) == millions(3));
}

TEST_CASE("Links: linked units of different variants are linked crossovers, excluded and counted") {
  const std::vector<std::string> bodies = {
      met(user(kUnitA), 10, "a"), met(user(kUnitB), 11, "b"), met(user(kUnitA2), 11, "a"),
      link(both(kUnitA, "v")),    link(both(kUnitB, "v")),    buy(visitor("v"), "o", 12, 3)};
  const ExperimentMoments moments = look(bodies);
  CHECK(moments.linked_crossovers == 2);
  CHECK(moments.crossovers == 0);
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{1, 0}});
  CHECK(moments.linked_crossover_units == std::vector<std::vector<std::int64_t>>{{1, 1}});
  CHECK(moments.linked_units == std::vector<std::vector<std::int64_t>>{{1, 1}});
  CHECK(moments.phase_units == std::vector<std::int64_t>{3});
  CHECK(arm(moments.metrics[1].exposed, 0).moments.n == 1);
  CHECK(arm(moments.metrics[1].matured, 0).moments.n == 1);
  CHECK(arm(moments.metrics[1].exposed, 1) == ArmCell{});
  CHECK(arm(moments.metrics[1].crossovers_by_first_shown, 0) == ArmCell{});
}

TEST_CASE("Links: linked units of one variant stay two, and a crossover among them stays one") {
  std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), met(user(kUnitA2), 11, "a"),
                                     link(both(kUnitA, "v")), link(both(kUnitA2, "v"))};
  ExperimentMoments moments = look(bodies);
  CHECK(moments.linked_crossovers == 0);
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{2, 0}});
  bodies.push_back(met(user(kUnitA2), 12, "b"));
  moments = look(bodies);
  CHECK(moments.crossovers == 1);
  CHECK(moments.linked_crossovers == 0);
  bodies.push_back(met(user(kUnitA2), 9, "b"));  // first variant b, against a
  moments = look(bodies);
  CHECK(moments.crossovers == 1);
  CHECK(moments.linked_crossovers == 1);
}

TEST_CASE("Links: not in evidence before the look passes their ts") {
  const std::vector<std::string> bodies = {
      met(user(kUnitA), 10, "a"), buy(visitor("v"), "o", 12, 3), link(both(kUnitA, "v"), 40)};
  CHECK(revenue(look_at_hour(40, bodies), 0) == Int128(0));
  CHECK(revenue(look_at_hour(41, bodies), 0) == millions(3));
}

TEST_CASE("Links: one that comes into evidence as time goes on survives a restart") {
  TestLog log;
  log.add(met(user(kUnitA), 10, "a"), RowSource::kLive, at(30));
  log.add(link(both(kUnitA, "v"), 40));
  log.add(buy(visitor("v"), "o", 12, 3));
  Ledger ledger(log.events(), LedgerOptions{});
  const Catalog catalog = catalog_of({with_metrics()});
  REQUIRE(ledger.advance(catalog, log.last(), at(20)));
  CHECK(revenue(*ledger.moments(kExperiment), 0) == Int128(0));
  Result<Ledger> restarted = Ledger::decode(ledger.encode(), log.events(), LedgerOptions{});
  REQUIRE(restarted);
  REQUIRE(restarted->advance(catalog, log.last(), at(41)));
  CHECK(revenue(*restarted->moments(kExperiment), 0) == millions(3));
}

TEST_CASE("Links: those of units that are not exposed say nothing about an experiment") {
  const ExperimentMoments moments =
      look({link(both(kUnitA, "v")), met(user(kUnitA), 10, "a", R"("source":"forced")"),
            met(user(kUnitB), 10, "b")});
  CHECK(moments.linked_units == std::vector<std::vector<std::int64_t>>{{0, 0}});
}

TEST_CASE("Links: beyond the limit of a component they join nothing, and its units are counted") {
  LedgerOptions options;
  options.component_ids_max = 3;
  std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), met(user(kUnitB), 10, "b"),
                                     link(both(kUnitA, "v")), link(both(kUnitA, "w")),
                                     buy(visitor("v"), "o", 12, 3)};
  ExperimentMoments moments = look(bodies, options);
  CHECK(revenue(moments, 0) == millions(3));
  CHECK(moments.oversized_units == 0);
  bodies.push_back(link(both(kUnitB, "w")));
  moments = look(bodies, options);
  CHECK(revenue(moments, 0) == Int128(0));
  CHECK(moments.oversized_units == 2);
  CHECK(moments.linked_crossovers == 0);
  CHECK(moments.linked_units == std::vector<std::vector<std::int64_t>>{{1, 1}});
  bodies.push_back(erase(visitor("w")));
  moments = look(bodies, options);
  CHECK(revenue(moments, 0) == millions(3));
  CHECK(moments.oversized_units == 0);
}

TEST_CASE("Links: a checkpoint of another limit is not continued") {
  TestLog log;
  log.add(link(both(kUnitA, "v")));
  Ledger ledger(log.events(), LedgerOptions{});
  REQUIRE(ledger.advance(Catalog{}, log.last(), at(20)));
  LedgerOptions other;
  other.component_ids_max = 7;
  CHECK(Ledger::decode(ledger.encode(), log.events(), other).error().code == Errc::kUnsupported);
}

TEST_CASE("Retract: takes an outcome back for good, whichever comes first") {
  std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), buy(user(kUnitA), "o", 12, 3),
                                     buy(user(kUnitA), "p", 12, 4), retract(user(kUnitA), "o")};
  ExperimentMoments moments = look(bodies);
  CHECK(revenue(moments, 0) == millions(4));
  CHECK(moments.retracted_records == 1);
  bodies.push_back(buy(user(kUnitA), "o", 12, 3));
  CHECK(look(bodies).encode() == moments.encode());
}

TEST_CASE("Retract: of an outcome unless it says of an exposure") {
  const std::string with_id = R"("id":"x")";
  const std::vector<std::string> bodies = {met(user(kUnitA), 10, "b", with_id),
                                           met(user(kUnitA), 11, "a"),
                                           buy(user(kUnitA), "x", 12, 3)};
  CHECK(look(bodies).crossovers == 1);
  std::vector<std::string> outcome_gone = bodies;
  outcome_gone.push_back(retract(user(kUnitA), "x"));
  CHECK(look(outcome_gone).crossovers == 1);
  std::vector<std::string> exposure_gone = bodies;
  exposure_gone.push_back(retract(user(kUnitA), "x", R"("of":"exposure")"));
  const ExperimentMoments moments = look(exposure_gone);
  CHECK(moments.crossovers == 0);
  CHECK(moments.mismatches == std::vector<std::int64_t>{0});
  CHECK(revenue(moments, 0) == millions(3));
  CHECK(moments.retracted_records == 1);
}

TEST_CASE("Retract: of outcome and exposure with one id are two statements, both hold") {
  const ExperimentMoments moments =
      look({met(user(kUnitA), 10, "a", R"("id":"x")"), met(user(kUnitA), 11, "a"),
            buy(user(kUnitA), "x", 12, 3), retract(user(kUnitA), "x"),
            retract(user(kUnitA), "x", R"("of":"exposure")")});
  CHECK(moments.retracted_records == 2);
  CHECK(revenue(moments, 0) == Int128(0));
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{1, 0}});
}

TEST_CASE("Retract: only the record with exactly these units") {
  std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), buy(both(kUnitA, "v"), "o", 12, 3),
                                     retract(user(kUnitA), "o"), retract(visitor("v"), "o"),
                                     retract(both(kUnitA, "w"), "o")};
  CHECK(revenue(look(bodies), 0) == millions(3));
  bodies.push_back(retract(both(kUnitA, "v"), "o"));
  CHECK(revenue(look(bodies), 0) == Int128(0));
}

TEST_CASE("Retract: a conflict that is retracted is gone from the counters too") {
  std::vector<std::string> bodies = {
      met(user(kUnitA), 10, "a", R"("id":"x")"), met(user(kUnitA), 11, "a", R"("id":"x")"),
      met(user(kUnitA), 12, "a"), buy(user(kUnitA), "o", 13, 3), buy(user(kUnitA), "o", 13, 4)};
  ExperimentMoments moments = look(bodies);
  CHECK(moments.conflicts_exposure == 1);
  CHECK(moments.conflicts_outcome == 1);
  bodies.push_back(retract(user(kUnitA), "o"));
  bodies.push_back(retract(user(kUnitA), "x", R"("of":"exposure")"));
  moments = look(bodies);
  CHECK(moments.conflicts_exposure == 0);
  CHECK(moments.conflicts_outcome == 0);
  CHECK(moments.retracted_records == 2);
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{1, 0}});
}

TEST_CASE("Retract: the only exposure of a unit leaves a unit that was not exposed") {
  const ExperimentMoments moments =
      look({met(user(kUnitA), 10, "a", R"("id":"x")"), buy(user(kUnitA), "o", 12, 3),
            retract(user(kUnitA), "x", R"("of":"exposure")")});
  CHECK(moments.strata.empty());
  CHECK(moments.retracted_records == 1);
}

TEST_CASE("Retract: of an outcome that counts through a link") {
  const ExperimentMoments moments =
      look({met(user(kUnitA), 10, "a"), link(both(kUnitA, "v")), buy(visitor("v"), "o", 12, 3),
            buy(visitor("v"), "p", 12, 4), retract(visitor("v"), "o")});
  CHECK(revenue(moments, 0) == millions(4));
  CHECK(moments.retracted_records == 1);
}

TEST_CASE("Retract: in evidence from its own ts on, and also when it is the older of the two") {
  const std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"),
                                           buy(user(kUnitA), "o", 12, 3),
                                           retract(user(kUnitA), "o")};  // hour 50
  CHECK(revenue(look_at_hour(50, bodies), 0) == millions(3));
  CHECK(revenue(look_at_hour(51, bodies), 0) == Int128(0));
  const std::vector<std::string> older = {met(user(kUnitA), 10, "a"), buy(user(kUnitA), "o", 12, 3),
                                          statement("retract", user(kUnitA), at(5), R"("id":"o")")};
  CHECK(revenue(look(older), 0) == Int128(0));
}

TEST_CASE("Erase: removes every record of the unit from results and counters, later ones too") {
  std::vector<std::string> bodies = {met(user(kUnitA), 10, "a", R"("id":"x")"),
                                     met(user(kUnitA), 11, "a", R"("id":"x")"),
                                     met(user(kUnitA), 12, "b"),
                                     met(user(kUnitA), 13, "a", R"("source":"qa")"),
                                     met(user(kUnitA), 13, "unheard-of"),
                                     buy(user(kUnitA), "o", 13, 3),
                                     buy(user(kUnitA), "o", 13, 4),
                                     met(user(kUnitB), 10, "b")};
  ExperimentMoments moments = look(bodies);
  CHECK(moments.crossovers == 1);
  CHECK(moments.conflicts_exposure == 1);
  CHECK(moments.conflicts_outcome == 1);
  CHECK(moments.forced == 1);
  CHECK(moments.unknown_variant == 1);
  bodies.push_back(erase(user(kUnitA)));
  bodies.push_back(met(user(kUnitA), 60, "a"));
  moments = look(bodies);
  CHECK(moments.crossovers == 0);
  CHECK(moments.conflicts_exposure == 0);
  CHECK(moments.conflicts_outcome == 0);
  CHECK(moments.forced == 0);
  CHECK(moments.unknown_variant == 0);
  CHECK(moments.phase_units == std::vector<std::int64_t>{1});
  CHECK(moments.mismatches == std::vector<std::int64_t>{0});
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{0, 1}});
  CHECK(moments.erased_records == 6);
}

TEST_CASE("Erase: what was retracted as well counts as erased alone") {
  const ExperimentMoments moments = look({met(user(kUnitA), 10, "a"), buy(user(kUnitA), "o", 12, 3),
                                          retract(user(kUnitA), "o"), erase(user(kUnitA))});
  CHECK(moments.retracted_records == 0);
  CHECK(moments.erased_records == 2);
}

TEST_CASE("Erase: an event that names two ids goes with either of them") {
  const std::vector<std::string> bodies = {
      met(both(kUnitA, "v"), 10, "b"), met(user(kUnitA), 11, "a"),
      buy(both(kUnitA, "v"), "o", 12, 3), buy(user(kUnitA), "p", 12, 4), erase(visitor("v"))};
  const ExperimentMoments moments = look(bodies);
  CHECK(moments.crossovers == 0);
  CHECK(revenue(moments, 0) == millions(4));
  CHECK(moments.erased_records == 2);
}

TEST_CASE("Erase: links of the id go with it, and what they joined falls apart") {
  std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"),   met(user(kUnitB), 10, "b"),
                                     link(both(kUnitA, "v")),      link(both(kUnitB, "v")),
                                     link(both(kUnitA, "w")),      buy(visitor("v"), "o", 12, 3),
                                     buy(visitor("w"), "p", 12, 4)};
  CHECK(look(bodies).linked_crossovers == 2);
  bodies.push_back(erase(visitor("v")));
  const ExperimentMoments moments = look(bodies);
  CHECK(moments.linked_crossovers == 0);
  CHECK(moments.linked_units == std::vector<std::vector<std::int64_t>>{{1, 0}});
  CHECK(revenue(moments, 0) == millions(4));
  bodies.push_back(link(both(kUnitA, "v"), 60));
  CHECK(look(bodies).encode() == moments.encode());
}

TEST_CASE("Erase: a link of three ids goes with any of them") {
  const ExperimentMoments moments =
      look({met(user(kUnitA), 10, "a"),
            link({{"device_id", "d"}, {"user_id", kUnitA}, {"visitor_id", "v"}}),
            buy(visitor("v"), "o", 12, 3), erase({{"device_id", "d"}})});
  CHECK(revenue(moments, 0) == Int128(0));
}

TEST_CASE("Erase: of two ids erases both, and one erase does not take back another") {
  const ExperimentMoments moments =
      look({met(user(kUnitA), 10, "a"), met(user(kUnitB), 10, "b"), link(both(kUnitB, "v")),
            buy(visitor("v"), "o", 12, 3), erase(both(kUnitA, "v")), erase(user(kUnitA), 51)});
  CHECK(moments.units == std::vector<std::vector<std::int64_t>>{{0, 1}});
  CHECK(revenue(moments, 1) == Int128(0));
}

TEST_CASE("Erase: an erased unit takes no outcome of its component, the next one does") {
  std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), met(user(kUnitB), 11, "b"),
                                     link({{"device_id", "d"}, {"user_id", kUnitA}}),
                                     link({{"device_id", "d"}, {"user_id", kUnitB}}),
                                     buy({{"device_id", "d"}}, "o", 12, 3)};
  bodies.push_back(erase(user(kUnitA)));
  const ExperimentMoments moments = look(bodies);
  CHECK(moments.linked_crossovers == 0);
  CHECK(revenue(moments, 1) == millions(3));
}

TEST_CASE("Erase and retract reach exposures that do not name the experiment's kind of unit") {
  const Ids two = {{"device_id", "d"}, {"visitor_id", "v"}};
  std::vector<std::string> bodies = {met(two, 10, "a", R"("id":"x")"), met(two, 11, "a"),
                                     met(visitor("w"), 12, "a"), met(visitor("w"), 13, "a")};
  CHECK(look(bodies).wrong_unit_kind == 4);
  CHECK(look_at_hour(12, bodies).wrong_unit_kind == 2);
  bodies.push_back(retract(two, "x", R"("of":"exposure")"));
  CHECK(look(bodies).wrong_unit_kind == 3);
  bodies.push_back(erase(visitor("v")));
  const ExperimentMoments moments = look(bodies);
  CHECK(moments.wrong_unit_kind == 2);
  CHECK(moments.erased_records == 2);
  CHECK(moments.retracted_records == 0);
}

TEST_CASE("Erase: in evidence from its own ts on") {
  const std::vector<std::string> bodies = {met(user(kUnitA), 10, "a"), erase(user(kUnitA))};
  CHECK(look_at_hour(50, bodies).phase_units == std::vector<std::int64_t>{1});
  CHECK(look_at_hour(51, bodies).phase_units == std::vector<std::int64_t>{0});
}

}  // namespace
}  // namespace converge::test
