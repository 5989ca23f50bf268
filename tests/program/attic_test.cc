#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/codec/json.h"
#include "tests/program/program.h"

// Attic & Button: a real experiment, event by event, through the program, against figures computed
// elsewhere (tests/data/attic-and-button/README.md).
namespace {

using converge::Value;
using converge::test::Outcome;
using converge::test::ScratchFolder;

const std::string kData = std::string(CONVERGE_TEST_DATA) + "/attic-and-button/";

std::vector<std::vector<std::string>> read_rows(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::stringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

double number(const Value& value) {
  if (const auto* text = value.as_string()) return std::stod(*text);
  REQUIRE(value.as_number() != nullptr);
  return value.as_number()->value;
}

const Value& member(const Value& object, const char* name) {
  const Value* found = object.find(name);
  INFO("member " << name);
  REQUIRE(found != nullptr);
  return *found;
}

std::string text(const Value& object, const char* name) {
  return *member(object, name).as_string();
}

void check_close(double got, double expected) {
  CHECK(std::abs(got - expected) <= 1e-9 * std::abs(expected));
}

/// Applies the example's definitions, imports the three files and prints the evidence.
Value analyzed(const ScratchFolder& scratch, int imports) {
  const std::string db = scratch.path("attic.db");
  const std::string definitions =
      std::string(CONVERGE_SOURCE_DIR) + "/examples/attic-and-button/definitions.yaml";
  const Outcome applied = converge::test::run({"apply", definitions, "--db", db});
  INFO(applied.err);
  REQUIRE(applied.status == 0);
  for (int i = 0; i < imports; ++i) {
    const Outcome imported = converge::test::run(
        {"import", "--db", db, "--exposures", kData + "exposures.csv,experiment=:delivery-banner",
         "--events", kData + "events.csv", "--events",
         kData + "support_calls.csv,name=:support_call", "--complete-until",
         "2020-10-01T00:00:00Z"});
    INFO(imported.err << imported.out);
    REQUIRE(imported.status == 0);
  }
  const Outcome analyzed =
      converge::test::run({"analyze", "delivery-banner", "--db", db, "--json"});
  INFO(analyzed.err);
  REQUIRE(analyzed.status == 0);
  const auto document = converge::parse_json(analyzed.out);
  REQUIRE(document);
  return *document;
}

/// The figures of one arm of one metric in the matured population; null when there are none.
const Value* find_arm(const Value& evidence, const std::string& metric, const std::string& variant,
                      const std::string& browser) {
  for (const Value& item : *member(evidence, "metrics").as_array()) {
    if (text(item, "metric") != metric || text(item, "population") != "matured") continue;
    const Value* segment = item.find("segment");
    const bool everyone = segment == nullptr || segment->is_null();
    if (everyone != (browser == "all")) continue;
    if (!everyone && text(*segment, "value") != browser) continue;
    for (const Value& arm : *member(item, "arms").as_array()) {
      if (text(arm, "variant") == variant) return &arm;
    }
  }
  return nullptr;
}

}  // namespace

TEST_CASE("Attic & Button: every count, sum, mean and deviation agrees with the expected metrics") {
  const ScratchFolder scratch;
  const Value evidence = analyzed(scratch, 1);
  const auto rows = read_rows(kData + "expected_metrics.csv");
  REQUIRE(rows.size() == 84);
  for (const auto& row : rows) {
    INFO(row[0] << " " << row[1] << " " << row[2]);
    const Value* arm = find_arm(evidence, row[0], row[1], row[2]);
    REQUIRE(arm != nullptr);
    CHECK(number(member(*arm, "n")) == std::stod(row[3]));
    const double sum = std::stod(row[4]);
    if (sum == std::floor(sum)) {
      CHECK(number(member(*arm, "sum")) == sum);
    } else {
      check_close(number(member(*arm, "sum")), sum);
    }
    check_close(number(member(*arm, "mean")), std::stod(row[5]));
    check_close(number(member(*arm, "sd")), std::stod(row[6]));
  }
}

TEST_CASE("Attic & Button: the average order value is a ratio of sums over visitors") {
  const ScratchFolder scratch;
  const Value evidence = analyzed(scratch, 1);
  const auto rows = read_rows(kData + "expected_ratio_aov.csv");
  REQUIRE(rows.size() == 3);
  for (const auto& row : rows) {
    INFO(row[0]);
    const Value* arm = find_arm(evidence, "aov_cents", row[0], "all");
    REQUIRE(arm != nullptr);
    const double n = number(member(*arm, "n"));
    const double x = number(member(*arm, "sum"));
    const double y = number(member(*arm, "denominator_sum"));
    CHECK(n == std::stod(row[1]));
    CHECK(x == std::stod(row[2]));
    CHECK(y == std::stod(row[3]));
    check_close(number(member(*arm, "mean")), std::stod(row[4]));
    check_close((number(member(*arm, "sum_squares")) - x * x / n) / (n - 1), std::stod(row[5]));
    check_close((number(member(*arm, "denominator_sum_squares")) - y * y / n) / (n - 1),
                std::stod(row[6]));
    check_close((number(member(*arm, "sum_products")) - x * y / n) / (n - 1), std::stod(row[7]));
  }
}

TEST_CASE("Attic & Button: importing twice gives the same evidence") {
  const ScratchFolder once;
  const ScratchFolder twice;
  const Value first = analyzed(once, 1);
  const Value second = analyzed(twice, 2);
  CHECK(member(first, "metrics") == member(second, "metrics"));
}
