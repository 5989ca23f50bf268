#include <catch2/catch.hpp>

#include "sql_reference.h"

namespace converge::test {
namespace {

ReferenceCell plain(const ArmCell& cell) {
  const stats::ExactMoments& m = cell.moments;
  return {m.n,        m.x.str(),     m.y.str(),     m.xx.str(),   m.xy.str(),
          m.yy.str(), cell.overflow, cell.no_value, cell.censored};
}

void put(const std::string& head, const std::string& tail, const ExperimentMoments& moments,
         const Cells& cells, Statement& statement) {
  for (std::size_t stratum = 0; stratum < cells.size(); ++stratum) {
    for (std::size_t variant = 0; variant < cells[stratum].size(); ++variant) {
      if (cells[stratum][variant] == ArmCell{}) continue;
      const std::string key =
          head + "|" + moments.strata[stratum].label() + "|" + std::to_string(variant) + "|" + tail;
      statement.cells[key] = plain(cells[stratum][variant]);
    }
  }
}

Statement ledger_statement(const ExperimentMoments& moments) {
  Statement statement;
  for (std::size_t i = 0; i < moments.metrics.size(); ++i) {
    const MetricMoments& metric = moments.metrics[i];
    const std::string name = moments.plan.metrics[i].key.str();
    put(name + "|matured", "", moments, metric.matured, statement);
    put(name + "|exposed", "", moments, metric.exposed, statement);
    put(name + "|by_hash", "", moments, metric.crossovers_by_hash, statement);
    put(name + "|by_first_shown", "", moments, metric.crossovers_by_first_shown, statement);
    for (const auto& [segment, cells] : metric.matured_by_segment) {
      put(name + "|matured", segment.value, moments, cells, statement);
    }
    for (const auto& [segment, cells] : metric.exposed_by_segment) {
      put(name + "|exposed", segment.value, moments, cells, statement);
    }
  }
  statement.counts = {{"crossovers", moments.crossovers},
                      {"conflicts_exposure", moments.conflicts_exposure},
                      {"conflicts_outcome", moments.conflicts_outcome},
                      {"outside_phases", moments.outside_phases},
                      {"unknown_variant", moments.unknown_variant},
                      {"wrong_unit_kind", moments.wrong_unit_kind},
                      {"forced", moments.forced},
                      {"linked_crossovers", moments.linked_crossovers},
                      {"oversized_units", moments.oversized_units},
                      {"retracted_records", moments.retracted_records},
                      {"erased_records", moments.erased_records}};
  const auto note = [&statement](const std::string& name, std::int64_t value) {
    if (value != 0) statement.counts[name] = value;
  };
  for (std::size_t stratum = 0; stratum < moments.strata.size(); ++stratum) {
    for (std::size_t variant = 0; variant < moments.plan.variants.size(); ++variant) {
      const std::string place = moments.strata[stratum].label() + "|" + std::to_string(variant);
      note("units|" + place, moments.units[stratum][variant]);
      note("linked_crossover_units|" + place, moments.linked_crossover_units[stratum][variant]);
      note("linked_units|" + place, moments.linked_units[stratum][variant]);
    }
  }
  for (std::size_t i = 0; i < moments.plan.phases.size(); ++i) {
    const std::string number = std::to_string(moments.plan.phases[i].number);
    note("phase_units|" + number, moments.phase_units[i]);
    note("mismatches|" + number, moments.mismatches[i]);
  }
  return statement;
}

std::string shown(const ReferenceCell& cell) {
  return "n " + std::to_string(cell.n) + " x " + cell.x + " y " + cell.y + " xx " + cell.xx +
         " xy " + cell.xy + " yy " + cell.yy + " overflow " + std::to_string(cell.overflow) +
         " no_value " + std::to_string(cell.no_value) + " censored " +
         std::to_string(cell.censored);
}

/// The first lines in which the two differ.
std::string difference(const Statement& sql, const Statement& ledger) {
  std::string lines;
  for (const auto& [key, cell] : sql.cells) {
    const auto other = ledger.cells.find(key);
    if (other == ledger.cells.end()) {
      lines += key + ": only in SQL: " + shown(cell) + "\n";
    } else if (!(other->second == cell)) {
      lines += key + ": SQL " + shown(cell) + ", ledger " + shown(other->second) + "\n";
    }
  }
  for (const auto& [key, cell] : ledger.cells) {
    if (!sql.cells.contains(key)) lines += key + ": only in the ledger: " + shown(cell) + "\n";
  }
  for (const auto* side : {&sql, &ledger}) {
    for (const auto& [key, value] : side->counts) {
      const auto& other = side == &sql ? ledger.counts : sql.counts;
      const auto found = other.find(key);
      if (found != other.end() && found->second == value) continue;
      lines += key + (side == &sql ? ": SQL " : ": ledger ") + std::to_string(value) + "\n";
    }
  }
  return lines.substr(0, 4000);
}

TEST_CASE("200 generated data sets: the ledger agrees with SQL over the raw rows in every cell") {
  std::int64_t cells = 0;
  std::map<std::string, std::int64_t> seen;
  for (std::uint64_t seed = 1; seed <= data_sets(200); ++seed) {
    INFO("data set " << seed);
    const DataSet data = make_data_set(seed);
    Log log(data.look_time);
    log.append(data.bodies, RowSource::kLive);
    Ledger ledger(log.events(), ledger_options());
    REQUIRE(ledger.advance(catalog_at(data, data.look_time), log.last(), data.look_time));
    const Statement from_ledger = ledger_statement(*ledger.moments(data.entry.definition.key));
    const Reference reference = sql_reference(data);
    const Statement& from_sql = reference.statement;
    INFO(difference(from_sql, from_ledger));
    REQUIRE(from_sql == from_ledger);

    cells += static_cast<std::int64_t>(from_sql.cells.size());
    for (const auto& [name, count] : from_sql.counts) seen[name.substr(0, name.find('|'))] += count;
    seen["through_links"] += reference.outcomes_through_links;
    for (const auto& [key, cell] : from_sql.cells) {
      seen["overflow"] += cell.overflow;
      seen["no_value"] += cell.no_value;
      seen["censored"] += cell.censored;
      if (key.find("not enrolled") != std::string::npos) seen["not_enrolled"] += cell.n;
      if (key.find("before: a") != std::string::npos) seen["previous"] += cell.n;
      if (key.find("before in phase") != std::string::npos) seen["holes"] += cell.n;
    }
  }
  if (data_sets(200) < 200) return;
  // A generator that never makes a case proves nothing about it.
  CHECK(cells > 10'000);
  for (const char* name : {"crossovers",
                           "conflicts_exposure",
                           "conflicts_outcome",
                           "outside_phases",
                           "unknown_variant",
                           "wrong_unit_kind",
                           "forced",
                           "linked_crossovers",
                           "oversized_units",
                           "retracted_records",
                           "erased_records",
                           "linked_units",
                           "through_links",
                           "mismatches",
                           "overflow",
                           "no_value",
                           "censored",
                           "not_enrolled",
                           "previous",
                           "holes"}) {
    INFO(name);
    CHECK(seen[name] > 20);
  }
}

}  // namespace
}  // namespace converge::test
