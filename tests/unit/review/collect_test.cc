#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "engine/review/review.h"

using namespace converge;

namespace {

Time at(const char* text) {
  return parse_rfc3339(text).value();
}

/// The reading half of a control plane, by the words of its header.
class FakeControl final : public ControlStore {
 public:
  std::map<CatalogVersion, Catalog> catalogs;
  std::vector<StoredLook> stored;
  std::vector<AuditEntry> entries;
  bool broken = false;

  Result<CatalogVersion> version() override { return catalogs.rbegin()->first; }
  Result<Catalog> latest() override { return catalogs.rbegin()->second; }
  Result<Catalog> at(CatalogVersion version) override { return catalogs.at(version); }
  Result<Catalog> in_force(Time) override { return Catalog{}; }
  Status put(CatalogVersion, const Catalog&, std::span<const AuditEntry>,
             const std::optional<StoredLook>&) override {
    return Error{Errc::kInternal, "the review writes nothing"};
  }
  Result<std::int64_t> record_look(const StoredLook&) override {
    return Error{Errc::kInternal, "the review writes nothing"};
  }
  Result<std::vector<StoredLook>> looks(const ExperimentKey& key, Time from, Time until,
                                        std::size_t limit) override {
    if (broken) return Error{Errc::kUnavailable, "database is locked"};
    std::vector<StoredLook> found;
    for (const StoredLook& look : stored) {
      const Time time = look.evidence.look_time;
      if (look.evidence.experiment == key && time >= from && time < until) found.push_back(look);
    }
    if (found.size() > limit) found.erase(found.begin(), found.end() - std::ptrdiff_t(limit));
    return found;
  }
  Result<std::vector<AuditEntry>> audit(Time from, Time until, std::size_t limit) override {
    std::vector<AuditEntry> found;
    for (const AuditEntry& entry : entries) {
      if (entry.at >= from && entry.at < until) found.push_back(entry);
    }
    if (found.size() > limit) found.erase(found.begin(), found.end() - std::ptrdiff_t(limit));
    return found;
  }
};

ExperimentEntry entry(const char* key, ExperimentState state) {
  ExperimentEntry made;
  made.definition.key = ExperimentKey(key);
  made.state = state;
  made.started_at = at("2026-11-02T09:00:00Z");
  return made;
}

StoredLook look(std::int64_t id, const char* key, const char* time, DecisionKind kind) {
  StoredLook made;
  made.id = id;
  made.evidence.experiment = ExperimentKey(key);
  made.evidence.look_time = at(time);
  made.decision.kind = kind;
  return made;
}

AuditEntry audit(const char* time, const char* action, const char* key, CatalogVersion after) {
  AuditEntry made;
  made.at = at(time);
  made.action = action;
  made.experiment = ExperimentKey(key);
  made.after = after;
  return made;
}

const IsoWeek kWeek{2026, 47};
const Time kNow = at("2026-11-30T10:00:00Z");

Review collect(FakeControl& control) {
  return collect_review(control, control.catalogs.rbegin()->second, "test", TimeZone(), kWeek, kNow)
      .value();
}

FakeControl with(std::vector<ExperimentEntry> experiments) {
  FakeControl control;
  Catalog catalog;
  catalog.version = CatalogVersion{1};
  catalog.created_at = at("2026-11-01T00:00:00Z");
  catalog.experiments = std::move(experiments);
  control.catalogs[catalog.version] = catalog;
  return control;
}

}  // namespace

TEST_CASE("review: exceptions come first, then what was decided, running, and the rest") {
  FakeControl control = with({entry("a-concluded", ExperimentState::kConcluded),
                              entry("b-draft", ExperimentState::kDraft),
                              entry("c-running", ExperimentState::kRunning),
                              entry("d-shipped", ExperimentState::kWatching),
                              entry("e-blocked", ExperimentState::kRunning),
                              entry("f-rolled-back", ExperimentState::kRolledBack)});
  control.stored = {look(1, "c-running", "2026-11-17T09:00:00Z", DecisionKind::kKeepRunning),
                    look(2, "d-shipped", "2026-11-17T09:00:00Z", DecisionKind::kPromote),
                    look(3, "e-blocked", "2026-11-17T09:00:00Z", DecisionKind::kBlocked),
                    look(4, "f-rolled-back", "2026-11-18T09:00:00Z", DecisionKind::kRollBack)};
  control.stored[2].evidence.health.blocks = {{BlockReason::kStaleData, "silence"}};
  std::vector<std::string> order;
  for (const ExperimentReview& one : collect(control).experiments) {
    order.push_back(one.entry.definition.key.str());
  }
  CHECK(order == std::vector<std::string>{"e-blocked", "f-rolled-back", "d-shipped", "c-running",
                                          "a-concluded"});
}

TEST_CASE("review: a week holds its own looks, the last one before it, and the next one") {
  FakeControl control = with({entry("x", ExperimentState::kRunning)});
  control.stored = {look(1, "x", "2026-11-09T09:00:00Z", DecisionKind::kKeepRunning),
                    look(2, "x", "2026-11-15T23:59:59Z", DecisionKind::kKeepRunning),
                    look(3, "x", "2026-11-16T00:00:00Z", DecisionKind::kKeepRunning),
                    look(4, "x", "2026-11-22T23:59:59Z", DecisionKind::kKeepRunning),
                    look(5, "x", "2026-11-23T00:00:00Z", DecisionKind::kPromote)};
  const ExperimentReview one = collect(control).experiments.at(0);
  CHECK(one.newest->id == 4);
  CHECK(one.previous->id == 2);
  CHECK(one.decisions.empty());
  CHECK(one.next_look == at("2026-11-23T09:00:00Z"));
}

TEST_CASE("review: a past week shows the catalog of its end, not today's") {
  FakeControl control = with({entry("x", ExperimentState::kRunning)});
  Catalog later = control.catalogs.begin()->second;
  later.version = CatalogVersion{2};
  later.created_at = at("2026-11-25T00:00:00Z");
  later.experiments[0].state = ExperimentState::kConcluded;
  control.catalogs[later.version] = later;
  control.entries = {audit("2026-11-01T00:00:00Z", "apply", "x", CatalogVersion{1}),
                     audit("2026-11-25T00:00:00Z", "conclude", "x", CatalogVersion{2})};
  const Review review = collect(control);
  CHECK(review.experiments.at(0).entry.state == ExperimentState::kRunning);
  CHECK(review.definitions_version.substr(0, 2) == "1-");
  CHECK(review.experiments.at(0).actions.empty());
}

TEST_CASE("review: a block that lasts is told once, and again when it returns or changes") {
  FakeControl control = with({entry("x", ExperimentState::kRunning)});
  const auto add = [&](std::int64_t id, const char* time, DecisionKind kind,
                       std::vector<Block> blocks) {
    control.stored.push_back(look(id, "x", time, kind));
    control.stored.back().evidence.health.blocks = std::move(blocks);
  };
  const Block silent{BlockReason::kStaleData, "for a day"};
  add(1, "2026-11-16T01:00:00Z", DecisionKind::kBlocked, {silent});
  add(2, "2026-11-16T02:00:00Z", DecisionKind::kBlocked, {{BlockReason::kStaleData, "for longer"}});
  add(3, "2026-11-16T03:00:00Z", DecisionKind::kBlocked, {silent, {BlockReason::kOverflow, ""}});
  add(4, "2026-11-16T04:00:00Z", DecisionKind::kKeepRunning, {});
  add(5, "2026-11-16T05:00:00Z", DecisionKind::kBlocked, {silent});
  std::vector<std::int64_t> ids;
  const Review review = collect(control);
  for (const StoredLook& one : review.experiments.at(0).decisions) ids.push_back(one.id);
  CHECK(ids == std::vector<std::int64_t>{1, 3, 5});
}

TEST_CASE("review: a recommendation that stands is told once, every action is told") {
  FakeControl control = with({entry("x", ExperimentState::kRunning)});
  control.stored = {look(1, "x", "2026-11-16T01:00:00Z", DecisionKind::kRollBack),
                    look(2, "x", "2026-11-16T02:00:00Z", DecisionKind::kRollBack),
                    look(3, "x", "2026-11-17T02:00:00Z", DecisionKind::kNextStep),
                    look(4, "x", "2026-11-18T02:00:00Z", DecisionKind::kNextStep)};
  control.stored[1].decision.reason = "other figures";
  control.stored[2].acted = control.stored[3].acted = true;
  std::vector<std::int64_t> ids;
  const Review review = collect(control);
  for (const StoredLook& one : review.experiments.at(0).decisions) ids.push_back(one.id);
  CHECK(ids == std::vector<std::int64_t>{1, 3, 4});
}

TEST_CASE("review: a promotion carries what was promised and what its holdback pair measured") {
  ExperimentEntry shipped = entry("x", ExperimentState::kWatching);
  shipped.promotion = Promotion{};
  shipped.promotion->started_at = at("2026-11-09T09:00:00Z");
  ExperimentEntry pair = entry("x--holdback", ExperimentState::kRunning);
  pair.holdback_of = ExperimentKey("x");
  FakeControl control = with({shipped, pair});
  control.stored = {look(1, "x", "2026-11-08T09:00:00Z", DecisionKind::kPromote),
                    look(2, "x", "2026-11-09T09:00:00Z", DecisionKind::kPromote),
                    look(3, "x--holdback", "2026-11-17T09:00:00Z", DecisionKind::kNextStep),
                    look(4, "x--holdback", "2026-11-18T09:00:00Z", DecisionKind::kKeepRunning)};
  control.entries = {audit("2026-11-17T09:00:00Z", "next-step", "x", CatalogVersion{1}),
                     audit("2026-11-17T09:00:00Z", "apply", "other", CatalogVersion{1})};
  const Review review = collect(control);
  REQUIRE(review.experiments.size() == 1);
  const ExperimentReview& one = review.experiments[0];
  CHECK(one.promised->id == 2);
  CHECK(one.holdback->id == 4);
  REQUIRE(one.decisions.size() == 1);
  CHECK(one.decisions[0].id == 3);
  CHECK(one.actions.size() == 1);
}

TEST_CASE("review: a store that cannot be read is an error, not an empty review") {
  FakeControl control = with({entry("x", ExperimentState::kRunning)});
  control.broken = true;
  const auto review =
      collect_review(control, control.catalogs.begin()->second, "test", TimeZone(), kWeek, kNow);
  REQUIRE_FALSE(review);
  CHECK(review.error().code == Errc::kUnavailable);
}
