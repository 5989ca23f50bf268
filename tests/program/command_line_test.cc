#include <catch2/catch.hpp>

#include "engine/codec/json.h"
#include "tests/program/program.h"

using converge::test::Outcome;
using converge::test::run;
using converge::test::ScratchFolder;

namespace {

const char* const kDefinitions = R"(apiVersion: converge/v1
metrics:
  conversion_7d: {type: conversion, event: purchase, window: 7d}
experiments:
  - key: banner
    status: running
    unit: user_id
    flag: banner
    traffic: 50%
    variants: [{key: control, weight: 50, value: false}, {key: shown, weight: 50, value: true}]
    metrics: [{metric: conversion_7d, role: success}]
)";

}  // namespace

TEST_CASE("Program: calc lists its methods by name") {
  const Outcome listed = run({"calc", "--list"});
  CHECK(listed.status == 0);
  CHECK(listed.out.find("\nwelch_from_stats\t") != std::string::npos);
}

TEST_CASE("Program: eval lists its operations by name") {
  const Outcome listed = run({"eval", "--list"});
  CHECK(listed.status == 0);
  CHECK(listed.out.find("\nfeature\t") != std::string::npos);
}

TEST_CASE("Program: help has examples on every level and exits 0") {
  CHECK(run({"--help"}).status == 0);
  for (const char* command : {"serve", "lint", "plan", "apply", "import", "export", "analyze",
                              "calc", "eval", "review", "demo", "power"}) {
    const Outcome help = run({command, "--help"});
    INFO(command);
    CHECK(help.status == 0);
    CHECK(help.out.find("converge " + std::string(command)) != std::string::npos);
  }
}

TEST_CASE("Program: wrong usage exits 2 and says what was wrong on stderr") {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"lnit"},
                                                    {"lint"},
                                                    {"serve", "--port", "none"},
                                                    {"review", "--week", "2026-W60"},
                                                    {"analyze", "x", "--at", "yesterday"},
                                                    {"import"},
                                                    {"import", "--complete-until", "soon"}}) {
    const Outcome outcome = run(arguments);
    INFO((arguments.empty() ? "" : arguments.front()) << ": " << outcome.err);
    CHECK(outcome.status == 2);
    CHECK(outcome.out.empty());
    CHECK_FALSE(outcome.err.empty());
  }
}

TEST_CASE("Program: lint exits 1 with findings and 0 without") {
  const ScratchFolder scratch;
  const Outcome good = run({"lint", scratch.write("good.yaml", kDefinitions)});
  INFO(good.out << good.err);
  CHECK(good.status == 0);
  std::string wrong = kDefinitions;
  wrong.replace(wrong.find("role: success"), 13, "role: sucess");
  const Outcome bad = run({"lint", scratch.write("bad.yaml", wrong), "--json"});
  CHECK(bad.status == 1);
  const auto document = converge::parse_json(bad.out);
  REQUIRE(document);
  const auto& finding = document->find("findings")->as_array()->front();
  CHECK(finding.find("line")->as_number()->value == 11);
  CHECK(finding.find("message")->as_string()->find("success") != std::string::npos);
}

TEST_CASE("Program: plan shows a change, apply makes it, a second apply changes nothing") {
  const ScratchFolder scratch;
  const std::string file = scratch.write("definitions.yaml", kDefinitions);
  const std::string db = scratch.path("shop.db");
  CHECK(run({"plan", file, "--db", db}).status == 1);
  CHECK(run({"apply", file, "--db", db}).status == 0);
  const Outcome again = run({"plan", file, "--db", db});
  INFO(again.out << again.err);
  CHECK(again.status == 0);
  const Outcome reapplied = run({"apply", file, "--db", db, "--json"});
  REQUIRE(reapplied.status == 0);
  CHECK(converge::parse_json(reapplied.out)->find("changes")->as_array()->empty());
}

TEST_CASE("Program: an export restores a lost database with its allocation") {
  const ScratchFolder scratch;
  const std::string file = scratch.write("definitions.yaml", kDefinitions);
  REQUIRE(run({"apply", file, "--db", scratch.path("lost.db")}).status == 0);
  const Outcome exported = run({"export", "--db", scratch.path("lost.db")});
  REQUIRE(exported.status == 0);
  const std::string saved = scratch.write("export.json", exported.out);
  const Outcome restored = run({"apply", "--restore", saved, "--db", scratch.path("new.db")});
  INFO(restored.err);
  REQUIRE(restored.status == 0);
  CHECK(run({"export", "--db", scratch.path("new.db")}).out == exported.out);
  CHECK(run({"plan", file, "--db", scratch.path("new.db")}).status == 0);
  CHECK(run({"apply", "--restore", saved, "--db", scratch.path("new.db")}).status == 3);
}

TEST_CASE("Program: an unknown experiment and a missing database are failures with names") {
  const ScratchFolder scratch;
  REQUIRE(
      run({"apply", scratch.write("d.yaml", kDefinitions), "--db", scratch.path("a.db")}).status ==
      0);
  const Outcome unknown = run({"analyze", "baner", "--db", scratch.path("a.db")});
  CHECK(unknown.status == 3);
  CHECK(unknown.err.find("did you mean 'banner'") != std::string::npos);
  const Outcome missing = run({"review", "--db", scratch.path("none.db")});
  CHECK(missing.status == 3);
  CHECK(missing.err.find("none.db") != std::string::npos);
}

TEST_CASE("Program: import maps columns, counts rejected rows by reason, and is safe to repeat") {
  const ScratchFolder scratch;
  const std::string db = scratch.path("shop.db");
  REQUIRE(run({"apply", scratch.write("d.yaml", kDefinitions), "--db", db}).status == 0);
  const std::string exposures =
      scratch.write("exposures.csv",
                    "event_id,ts,customer,variant\r\n"
                    "e1,2026-01-01T00:00:00Z,\"ada, countess\",control\r\n"
                    "e2,not a time,bob,shown\r\n"
                    "e3,2026-01-01T00:00:00Z,null,shown\r\n"
                    "e4,2026-01-01T00:00:00Z\r\n");
  const std::vector<std::string> arguments = {
      "import",
      "--db",
      db,
      "--exposures",
      exposures + ",units.user_id=customer,experiment=:banner",
      "--rejects",
      scratch.path("rejects"),
      "--json"};
  const Outcome first = run(arguments);
  INFO(first.out << first.err);
  CHECK(first.status == 1);
  const auto tally = converge::parse_json(first.out);
  REQUIRE(tally);
  CHECK(tally->find("rows")->as_number()->value == 4);
  CHECK(tally->find("accepted")->as_number()->value == 1);
  CHECK(tally->find("rejected_by_reason")->find("ts")->as_number()->value == 1);
  CHECK(tally->find("rejected_by_reason")->find("unit")->as_number()->value == 1);
  CHECK(tally->find("rejected_by_reason")->find("not_csv")->as_number()->value == 1);
  CHECK(converge::test::read_file(scratch.path("rejects")).find("\"line\":3") != std::string::npos);
  CHECK(run(arguments).out == first.out);
}

TEST_CASE("Program: an import of an unknown column names the nearest") {
  const ScratchFolder scratch;
  const std::string db = scratch.path("shop.db");
  REQUIRE(run({"apply", scratch.write("d.yaml", kDefinitions), "--db", db}).status == 0);
  const std::string events = scratch.write("events.csv", "event_id,ts,user_id,name\n");
  const Outcome outcome = run({"import", "--db", db, "--events", events + ",units.user_id=usr_id"});
  CHECK(outcome.status == 2);
  CHECK(outcome.err.find("did you mean 'user_id'") != std::string::npos);
}
