#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "engine/codec/json.h"
#include "tests/program/program.h"

using converge::Value;
using converge::test::Outcome;
using converge::test::run;

namespace {

/// The entry of a method in the answer to --json.
Value plan_of(const Outcome& outcome, const std::string& method) {
  const auto document = converge::parse_json(outcome.out);
  REQUIRE(document);
  for (const Value& entry : *document->find("methods")->as_array()) {
    if (*entry.find("method")->as_string() == method) return entry;
  }
  FAIL("no method " << method);
  return {};
}

double number(const Value& entry, const char* name) {
  return entry.find(name)->as_number()->value;
}

}  // namespace

TEST_CASE("Program: power prints data on stdout and words on stderr") {
  const Outcome text =
      run({"power", "--baseline", "0.03", "--mde", "5%", "--weekly-units", "50000"});
  INFO(text.out << text.err);
  CHECK(text.status == 0);
  CHECK(text.out.find("always valid") != std::string::npos);
  CHECK(text.out.find("group sequential") != std::string::npos);
  CHECK(text.err.find("alpha 0.05") != std::string::npos);
  const Outcome help = run({"power", "--help"});
  CHECK(help.status == 0);
  CHECK(help.out.find("converge power --baseline") != std::string::npos);
}

TEST_CASE("Program: power plans three methods, and peeking has its price") {
  const Outcome outcome = run({"power", "--baseline", "0.03", "--mde", "5%", "--weekly-units",
                               "50000", "--looks", "4", "--json"});
  INFO(outcome.out << outcome.err);
  REQUIRE(outcome.status == 0);
  const Value fixed = plan_of(outcome, "fixed");
  const Value group_sequential = plan_of(outcome, "group-sequential");
  const Value sequential = plan_of(outcome, "sequential");
  // (1.959964 + 0.841621)^2 (0.03 * 0.97 + 0.0315 * 0.9685) / 0.0015^2, rounded up.
  CHECK(number(fixed, "units_total") == 2 * 207936);
  CHECK(number(fixed, "weeks") == 9);
  CHECK(number(fixed, "inflation") == 1);
  // rpact 3.3.4, group_sequential_power.json: Lan-DeMets O'Brien-Fleming with 4 looks.
  CHECK(number(group_sequential, "inflation") == Approx(1.01963732917269).margin(1e-6));
  CHECK(number(sequential, "inflation") > 1.5);
  CHECK(number(sequential, "expected_total") < number(sequential, "units_total"));
  CHECK(number(sequential, "power") >= 0.8);
}

TEST_CASE("Program: power of daily looks settles weeks and looks together") {
  const Outcome outcome =
      run({"power", "--mean", "42", "--sd", "110", "--mde", "2", "--cuped-correlation", "0.6",
           "--weekly-units", "20000", "--looks", "daily", "--json"});
  INFO(outcome.out << outcome.err);
  REQUIRE(outcome.status == 0);
  const Value sequential = plan_of(outcome, "sequential");
  const double weeks = number(sequential, "weeks");
  CHECK(number(sequential, "looks") == 7 * weeks);
  CHECK(number(sequential, "units_total") <= 20000 * weeks);
  CHECK(number(sequential, "units_total") > 20000 * (weeks - 1));
}

TEST_CASE("Program: power knows unequal splits, more variants, ratios and margins") {
  const Outcome split = run({"power", "--baseline", "0.1", "--mde", "10%", "--split", "90/10",
                             "--method", "fixed", "--json"});
  REQUIRE(split.status == 0);
  const Value fixed = plan_of(split, "fixed");
  const auto& units = *fixed.find("units")->as_array();
  REQUIRE(units.size() == 2);
  CHECK(units[0].as_number()->value == Approx(9 * units[1].as_number()->value).margin(9));
  const Outcome three = run({"power", "--mean", "3.1", "--sd", "6", "--denominator-mean", "2.2",
                             "--denominator-sd", "2.5", "--denominator-correlation", "0.7", "--mde",
                             "3%", "--variants", "3", "--looks", "5"});
  CHECK(three.status == 0);
  CHECK(three.err.find("alpha 0.025") != std::string::npos);
  CHECK(three.err.find("control share of 41 %") != std::string::npos);
  const Outcome margin = run({"power", "--baseline", "0.12", "--margin", "1%", "--guardrails", "3",
                              "--method", "fixed", "--json"});
  REQUIRE(margin.status == 0);
  const auto document = converge::parse_json(margin.out);
  CHECK(document->find("power_of_each_test")->as_number()->value == Approx(0.95));
  CHECK(document->find("alpha_of_each_test")->as_number()->value == Approx(0.025));
}

TEST_CASE("Program: power beyond the horizon is marked and explained") {
  const Outcome outcome = run({"power", "--baseline", "0.03", "--mde", "1%", "--weekly-units",
                               "50000", "--method", "fixed", "--weeks-max", "8", "--json"});
  REQUIRE(outcome.status == 0);
  const Value fixed = plan_of(outcome, "fixed");
  CHECK(fixed.find("weeks")->find("undefined") != nullptr);
}

TEST_CASE("Program: power says what is wrong, where, and what is expected") {
  struct Case {
    std::vector<std::string> arguments;
    const char* words;
  };
  for (const Case& c : {
           Case{{"power"}, "--baseline"},
           Case{{"power", "--baseline", "0.03"}, "--mde"},
           Case{{"power", "--baseline", "3", "--mde", "5%", "--looks", "2"}, "--baseline"},
           Case{{"power", "--baseline", "0.03", "--mde", "five", "--looks", "2"}, "\"five\""},
           Case{{"power", "--baseline", "0.03", "--mde", "0", "--looks", "2"}, "other than 0"},
           Case{{"power", "--baseline", "0.9", "--mde", "20%", "--looks", "2"}, "between 0 and 1"},
           Case{{"power", "--baseline", "0.03", "--mde", "5%"}, "--weekly-units"},
           Case{{"power", "--baseline", "0.03", "--mde", "5%", "--looks", "hourly"}, "\"hourly\""},
           Case{{"power", "--baseline", "0.03", "--mde", "5%", "--method", "magic"}, "\"magic\""},
           Case{{"power", "--baseline", "0.03", "--mde", "5%", "--method", "fixed", "--power",
                 "0.05"},
                "more than alpha"},
           Case{{"power", "--baseline", "0.03", "--mde", "5%", "--method", "fixed", "--split",
                 "90/5/5"},
                "2 weights"},
           Case{{"power", "--baseline", "0.03", "--mde", "5%", "--margin", "1%"}, "excludes"},
           Case{{"power", "--mean", "3", "--mde", "5%"}, "--sd"},
       }) {
    const Outcome outcome = run(c.arguments);
    INFO(c.words << " in: " << outcome.err << outcome.out);
    CHECK(outcome.status == 2);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find(c.words) != std::string::npos);
  }
}
