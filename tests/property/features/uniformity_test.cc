#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "engine/assign/hash.h"
#include "engine/features/assigner.h"
#include "stats/distributions.h"
#include "tests/unit/promote/catalog_fixture.h"

/// Experiments, layers and the holdout split units evenly and independently of each other, for ids
/// as they come: sequential, UUIDs, e-mail addresses. Pearson's chi-square on fixed ids, through
/// the real assigner; a hash that correlates fails the same limit.
namespace converge {
namespace {

/// Among the some hundred tests here none may fall below by chance.
constexpr double kSmallestP = 1e-6;
/// CONVERGE_PROPERTIES=few asks for fewer, where sanitizers make every unit dear.
const int kUnits = std::getenv("CONVERGE_PROPERTIES") == nullptr ? 100'000 : 20'000;

std::string hex(std::uint32_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += kDigits[(value >> shift) & 0xFU];
  return text;
}

std::string id_of(const std::string& kind, int i) {
  std::string number = std::to_string(i);
  if (kind == "sequential") return number;
  if (kind == "email") return "first.last+" + number + "@shop.example";
  const std::string a = hex(fnv1a32("a" + number));
  const std::string b = hex(fnv1a32("b" + number));
  return a + "-" + b.substr(0, 4) + "-4" + b.substr(5) + "-" + hex(fnv1a32("c" + number)) +
         a.substr(0, 4);
}

/// Counts of pairs of categories.
class Table {
 public:
  void add(const std::string& row, const std::string& column) {
    ++cells_[{row, column}];
    ++rows_[row];
    ++columns_[column];
    ++total_;
  }

  /// That rows and columns are independent.
  double p() const {
    double chi_squared = 0;
    for (const auto& [row, in_row] : rows_) {
      for (const auto& [column, in_column] : columns_) {
        const auto cell = cells_.find({row, column});
        const double seen = cell == cells_.end() ? 0 : cell->second;
        const double expected = in_row * in_column / total_;
        chi_squared += (seen - expected) * (seen - expected) / expected;
      }
    }
    const auto freedom = static_cast<double>((rows_.size() - 1) * (columns_.size() - 1));
    return stats::chi_squared_upper(chi_squared, freedom);
  }

 private:
  std::map<std::pair<std::string, std::string>, double> cells_;
  std::map<std::string, double> rows_, columns_;
  double total_ = 0;
};

double p_of_shares(const std::map<std::string, double>& counts,
                   const std::map<std::string, double>& shares) {
  double chi_squared = 0;
  for (const auto& [name, share] : shares) {
    const auto found = counts.find(name);
    const double seen = found == counts.end() ? 0 : found->second;
    const double expected = share * kUnits;
    chi_squared += (seen - expected) * (seen - expected) / expected;
  }
  return stats::chi_squared_upper(chi_squared, static_cast<double>(shares.size() - 1));
}

ExperimentDefinition experiment(const std::string& key) {
  return checkout_as(key, 10'000);
}

/// Two free experiments, one of which was restarted, and two in a layer, behind a holdout.
Catalog shop() {
  ExperimentDefinition left = experiment("left");
  ExperimentDefinition right = experiment("right");
  left.layer = LayerKey("page");
  left.traffic = 4'000;
  right.layer = LayerKey("page");
  right.traffic = 5'000;
  Definitions definitions = only(experiment("alpha"));
  definitions.experiments = {experiment("alpha"), experiment("beta"), left, right};
  definitions.layers[LayerKey("page")] = {"page"};
  definitions.holdout = HoldoutDefinition{1'000, "holdout"};
  Catalog catalog = applied(Catalog{}, definitions, day(0));
  Action restart = action(ActionKind::kRestart);
  restart.experiment = ExperimentKey("beta");
  const auto restarted = act(catalog, restart, day(1));
  REQUIRE(restarted.has_value());
  return restarted->next;
}

/// What every unit is in, by flag: "control", "one-page" or "none".
using Places = std::map<std::string, std::vector<std::string>>;

Places places_of(const std::string& kind) {
  const auto assigner = Assigner::compile(shop());
  REQUIRE(assigner.has_value());
  Places places;
  for (int i = 0; i < kUnits; ++i) {
    const auto answers = (*assigner)->assign(id_of(kind, i + 1), Value(), {}, nullptr);
    REQUIRE(answers.has_value());
    for (const Assignment& answer : *answers) {
      places[answer.flag.str()].push_back(answer.in_experiment ? answer.variant.str()
                                          : answer.reason == AssignReason::kHeldOut ? "held out"
                                                                                    : "none");
    }
  }
  return places;
}

double independence(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  Table table;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // Units of the holdout are in neither: that is what it is for.
    if (a[i] != "held out" && b[i] != "held out") table.add(a[i], b[i]);
  }
  return table.p();
}

}  // namespace

TEST_CASE("Uniformity: shares of variants, layers and holdout are those that were written") {
  for (const std::string kind : {"sequential", "uuid", "email"}) {
    const Places places = places_of(kind);
    const auto p_of = [&places](const std::string& flag,
                                const std::map<std::string, double>& shares) {
      std::map<std::string, double> counts;
      for (const std::string& place : places.at(flag)) ++counts[place];
      return p_of_shares(counts, shares);
    };
    INFO(kind);
    for (const char* flag : {"alpha", "beta"}) {
      CHECK(p_of(flag, {{"held out", 0.1}, {"control", 0.45}, {"one-page", 0.45}}) > kSmallestP);
    }
    CHECK(p_of("left", {{"held out", 0.1}, {"control", 0.18}, {"one-page", 0.18}, {"none", 0.54}}) >
          kSmallestP);
    CHECK(p_of("right",
               {{"held out", 0.1}, {"control", 0.225}, {"one-page", 0.225}, {"none", 0.45}}) >
          kSmallestP);
  }
}

TEST_CASE("Uniformity: experiments are independent of each other, those of a layer exclude") {
  for (const std::string kind : {"sequential", "uuid", "email"}) {
    const Places places = places_of(kind);
    INFO(kind);
    CHECK(independence(places.at("alpha"), places.at("beta")) > kSmallestP);
    for (const char* layered : {"left", "right"}) {
      CHECK(independence(places.at("alpha"), places.at(layered)) > kSmallestP);
      CHECK(independence(places.at("beta"), places.at(layered)) > kSmallestP);
    }
    const std::vector<std::string>& left = places.at("left");
    const std::vector<std::string>& right = places.at("right");
    for (std::size_t i = 0; i < left.size(); ++i) {
      const bool is_in_both = left[i] != "none" && left[i] != "held out" && right[i] != "none" &&
                              right[i] != "held out";
      if (is_in_both) FAIL("unit " << i << " is in both experiments of the layer");
    }
  }
}

TEST_CASE("Uniformity: seeds of layers, holdout, experiments and restarts do not correlate") {
  const std::vector<std::string> seeds{"holdout", "page", "alpha", "beta", "beta/2", "beta/3"};
  for (const std::string kind : {"sequential", "uuid", "email"}) {
    for (std::size_t a = 0; a < seeds.size(); ++a) {
      for (std::size_t b = a + 1; b < seeds.size(); ++b) {
        Table table;
        for (int i = 1; i <= kUnits; ++i) {
          const std::string unit = id_of(kind, i);
          table.add(std::to_string(bucket_of(seeds[a], unit) / 1'000),
                    std::to_string(bucket_of(seeds[b], unit) / 1'000));
        }
        INFO(kind << ": " << seeds[a] << " and " << seeds[b]);
        CHECK(table.p() > kSmallestP);
      }
    }
  }
}

TEST_CASE("Uniformity: negative control: version 1 hashes of two seeds correlate") {
  Table table;
  for (int i = 1; i <= kUnits; ++i) {
    const std::string unit = id_of("sequential", i);
    table.add(std::to_string(static_cast<int>(*hash("__a", unit, 1) * 10)),
              std::to_string(static_cast<int>(*hash("__b", unit, 1) * 10)));
  }
  CHECK(table.p() < kSmallestP);
}

}  // namespace converge
