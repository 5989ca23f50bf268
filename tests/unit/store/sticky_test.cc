#include <catch2/catch.hpp>
#include <memory>
#include <thread>

#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/unit/store/sample_records.h"
#include "tests/unit/store/temporary_folder.h"

// What every adapter of StickyStore promises, and which catalog was in force when.
namespace converge {
namespace {

struct OpenStore {
  std::unique_ptr<TemporaryFolder> folder = std::make_unique<TemporaryFolder>();
  std::unique_ptr<Store> store;

  explicit OpenStore(const std::string& kind) {
    if (kind == "memory") {
      store = std::make_unique<MemoryStore>("test");
      return;
    }
    reopen();
  }
  void reopen() {
    store.reset();
    SqliteOptions options;
    options.path = folder->file("converge.db");
    options.environment = "test";
    auto opened = open_sqlite_store(options);
    REQUIRE(opened);
    store = std::move(*opened);
  }
};

using Assignments = std::vector<std::pair<std::string, std::string>>;

Assignments assignments_of(Store& store, const StickyUnit& unit) {
  const auto documents = store.sticky().find({&unit, 1});
  REQUIRE(documents);
  REQUIRE(documents->size() == 1);
  CHECK(documents->front().attribute_name == unit.attribute);
  CHECK(documents->front().attribute_value == unit.value);
  return documents->front().assignments;
}

std::string keep_one(Store& store, const StickyChange& change) {
  const auto kept = store.sticky().keep({&change, 1});
  REQUIRE(kept);
  REQUIRE(kept->size() == 1);
  return kept->front();
}

const StickyUnit kAnna{"id", "anna"};

}  // namespace

TEST_CASE("Sticky: a unit without assignments has an empty document") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  CHECK(assignments_of(*test.store, kAnna).empty());
  CHECK(test.store->sticky().find({})->empty());
  CHECK(test.store->sticky().keep({})->empty());
}

TEST_CASE("Sticky: the first assignment wins and the later one is told") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  CHECK(keep_one(*test.store, {kAnna, "banner__1", "red", std::nullopt}) == "red");
  CHECK(keep_one(*test.store, {kAnna, "banner__1", "blue", std::nullopt}) == "red");
  CHECK(keep_one(*test.store, {kAnna, "banner__1", "red", std::nullopt}) == "red");
  CHECK(assignments_of(*test.store, kAnna) == Assignments{{"banner__1", "red"}});
}

TEST_CASE("Sticky: of one batch the first of an assignment wins as well") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  const std::vector<StickyChange> changes = {{kAnna, "banner__1", "red", std::nullopt},
                                             {kAnna, "banner__1", "blue", std::nullopt},
                                             {{"id", "bert"}, "banner__1", "blue", std::nullopt}};
  CHECK(*test.store->sticky().keep(changes) == std::vector<std::string>{"red", "red", "blue"});
}

TEST_CASE("Sticky: an assignment is replaced only by one that read it") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  keep_one(*test.store, {kAnna, "banner__1", "gone", std::nullopt});
  CHECK(keep_one(*test.store, {kAnna, "banner__1", "blue", "other"}) == "gone");
  CHECK(keep_one(*test.store, {kAnna, "banner__1", "red", "gone"}) == "red");
  CHECK(keep_one(*test.store, {kAnna, "banner__1", "blue", "gone"}) == "red");
  CHECK(keep_one(*test.store, {kAnna, "search__1", "on", "gone"}) == "on");
}

TEST_CASE("Sticky: units are told apart by attribute and by value, and come in the order asked") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  const StickyUnit device{"device", "anna"};
  keep_one(*test.store, {kAnna, "b__1", "red", std::nullopt});
  keep_one(*test.store, {kAnna, "a__2", "on", std::nullopt});
  keep_one(*test.store, {device, "b__1", "blue", std::nullopt});
  const std::vector<StickyUnit> units = {device, {"id", "nobody"}, kAnna};
  const auto documents = test.store->sticky().find(units);
  REQUIRE(documents);
  REQUIRE(documents->size() == 3);
  CHECK((*documents)[0] == StickyDocument{"device", "anna", {{"b__1", "blue"}}});
  CHECK((*documents)[1] == StickyDocument{"id", "nobody", {}});
  CHECK((*documents)[2] == StickyDocument{"id", "anna", {{"a__2", "on"}, {"b__1", "red"}}});
}

TEST_CASE("Sticky: texts are kept byte for byte") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  const std::string zero("nul\0inside", 10);
  for (const std::string& text : {std::string("Zoë 😀"), std::string("Zoe\u0308 😀"), zero,
                                  std::string("a||b"), std::string("'; --"), std::string()}) {
    const StickyUnit unit{text, text};
    keep_one(*test.store, {unit, text, text, std::nullopt});
    CHECK(assignments_of(*test.store, unit) == Assignments{{text, text}});
  }
}

TEST_CASE("Sticky: many assignments of many units are all kept") {
  OpenStore test(GENERATE("memory", "sqlite"));
  std::vector<StickyChange> changes;
  for (int unit = 0; unit < 500; ++unit) {
    for (int experiment = 0; experiment < 10; ++experiment) {
      changes.push_back({{"id", std::to_string(unit)},
                         "e" + std::to_string(experiment) + "__1",
                         std::to_string(unit * experiment),
                         std::nullopt});
    }
  }
  REQUIRE(test.store->sticky().keep(changes));
  for (int unit = 0; unit < 500; ++unit) {
    const Assignments found = assignments_of(*test.store, {"id", std::to_string(unit)});
    REQUIRE(found.size() == 10);
    CHECK(found[7].second == std::to_string(unit * 7));
  }
}

TEST_CASE("Sticky: erasing a unit leaves the others, and it may begin anew") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  keep_one(*test.store, {kAnna, "b__1", "red", std::nullopt});
  keep_one(*test.store, {{"id", "anna2"}, "b__1", "red", std::nullopt});
  REQUIRE(test.store->sticky().erase(kAnna));
  REQUIRE(test.store->sticky().erase({"id", "never seen"}));
  CHECK(assignments_of(*test.store, kAnna).empty());
  CHECK(assignments_of(*test.store, {"id", "anna2"}).size() == 1);
  CHECK(keep_one(*test.store, {kAnna, "b__1", "blue", std::nullopt}) == "blue");
}

TEST_CASE("Sticky: of many writers at once one wins and all are told the same") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  std::vector<std::vector<std::string>> told(4);
  std::vector<std::thread> writers;
  for (std::size_t writer = 0; writer < told.size(); ++writer) {
    writers.emplace_back([&, writer] {
      for (int unit = 0; unit < 50; ++unit) {
        const StickyChange change{
            {"id", std::to_string(unit)}, "b__1", std::to_string(writer), std::nullopt};
        const auto kept = test.store->sticky().keep({&change, 1});
        told[writer].push_back(kept ? kept->front() : "failed");
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  for (const auto& one : told) {
    CHECK(one == told.front());
    CHECK(std::find(one.begin(), one.end(), "failed") == one.end());
  }
}

TEST_CASE("Sticky: is there after a restart, and read-only may not write it") {
  OpenStore test("sqlite");
  keep_one(*test.store, {kAnna, "b__1", "red", std::nullopt});
  test.reopen();
  CHECK(assignments_of(*test.store, kAnna) == Assignments{{"b__1", "red"}});
  SqliteOptions options;
  options.path = test.folder->file("converge.db");
  options.mode = OpenMode::kReadOnly;
  const auto reader = open_sqlite_store(options);
  REQUIRE(reader);
  CHECK(assignments_of(**reader, kAnna).size() == 1);
  const StickyChange change{kAnna, "b__2", "red", std::nullopt};
  CHECK((*reader)->sticky().keep({&change, 1}).error().code == Errc::kForbidden);
  CHECK((*reader)->sticky().erase(kAnna).error().code == Errc::kForbidden);
}

TEST_CASE("Catalog: what was in force at a moment is the last version made by then") {
  const OpenStore test(GENERATE("memory", "sqlite"));
  ControlStore& control = test.store->control();
  CHECK(*control.in_force(day(400)) == Catalog{});
  // Two versions of one moment, and one that a clock which was set back made.
  const std::vector<int> days = {10, 20, 20, 15};
  for (std::size_t i = 0; i < days.size(); ++i) {
    Catalog catalog = sample_catalog(static_cast<std::int64_t>(i) + 1);
    catalog.created_at = day(days[i]);
    REQUIRE(control.put(CatalogVersion{static_cast<std::int64_t>(i)}, catalog, {}, std::nullopt));
  }
  const auto version_at = [&control](Time time) { return raw(control.in_force(time)->version); };
  CHECK(version_at(day(10) - Duration(1)) == 0);
  CHECK(version_at(day(10)) == 1);
  CHECK(version_at(day(14)) == 1);
  CHECK(version_at(day(16)) == 4);
  CHECK(version_at(day(20)) == 3);
  CHECK(version_at(day(400)) == 3);
}

}  // namespace converge
