#include "stats/quality/share_homogeneity.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr double kTieSlack = 1e-7;
constexpr double kSmallExpected = 5;
constexpr double kMostTableOutcomes = 1e6;

struct Table {
  std::vector<std::int64_t> events;
  std::vector<std::int64_t> units;
  std::int64_t all_events = 0;
  std::int64_t all_units = 0;
};

/// ln C(n, 0), ln C(n, 1), .. ln C(n, most), by ratios of neighbours: no large terms cancel.
std::vector<double> log_choose_row(std::int64_t n, std::int64_t most) {
  std::vector<double> row{0};
  for (std::int64_t i = 0; i < most; ++i) {
    row.push_back(row.back() + std::log(static_cast<double>(n - i) / static_cast<double>(i + 1)));
  }
  return row;
}

class Margins {
 public:
  explicit Margins(const Table& table) : events_(table.all_events) {
    for (std::size_t i = 0; i < table.units.size(); ++i) {
      rows_.push_back(log_choose_row(table.units[i], std::min(table.units[i], events_)));
      seen_ += rows_.back()[static_cast<std::size_t>(table.events[i])];
    }
  }

  double p() {
    walk(0, events_, 0);
    const double largest = *std::max_element(outcomes_.begin(), outcomes_.end());
    double total = 0;
    double no_likelier = 0;
    for (const double outcome : outcomes_) {
      const double weight = std::exp(outcome - largest);
      total += weight;
      if (outcome <= seen_ + kTieSlack) no_likelier += weight;
    }
    return no_likelier / total;
  }

 private:
  void walk(std::size_t arm, std::int64_t left, double sum) {
    const auto room = static_cast<std::int64_t>(rows_[arm].size()) - 1;
    if (arm + 1 == rows_.size()) {
      if (left <= room) outcomes_.push_back(sum + rows_[arm][static_cast<std::size_t>(left)]);
      return;
    }
    for (std::int64_t count = 0; count <= std::min(left, room); ++count) {
      walk(arm + 1, left - count, sum + rows_[arm][static_cast<std::size_t>(count)]);
    }
  }

  std::int64_t events_;
  double seen_ = 0;
  std::vector<std::vector<double>> rows_;
  std::vector<double> outcomes_;
};

Result<Table> table_of(std::span<const std::int64_t> events, std::span<const std::int64_t> units) {
  if (events.size() != units.size()) {
    return Error{Errc::kInvalidArgument, "events: expected one count per arm"};
  }
  Table table;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string name = "arms[" + std::to_string(i) + "]";
    if (const Status valid = require_successes(name, events[i], units[i]); !valid) {
      return valid.error();
    }
    if (units[i] == 0) continue;
    table.events.push_back(events[i]);
    table.units.push_back(units[i]);
    table.all_events += events[i];
    table.all_units += units[i];
  }
  if (table.units.size() < 2) {
    return Error{Errc::kInsufficientData, "units: at least two arms must have some"};
  }
  return table;
}

/// The rarer of event and no event: the same test, fewer outcomes.
Table of_rarer(Table table) {
  if (table.all_events <= table.all_units - table.all_events) return table;
  for (std::size_t i = 0; i < table.events.size(); ++i) {
    table.events[i] = table.units[i] - table.events[i];
  }
  table.all_events = table.all_units - table.all_events;
  return table;
}

double outcomes_of(const Table& table) {
  double outcomes = 1;
  for (std::size_t j = 1; j < table.units.size(); ++j) {
    const auto step = static_cast<double>(j);
    outcomes *= (static_cast<double>(table.all_events) + step) / step;
  }
  return outcomes;
}

}  // namespace

Result<ShareHomogeneity> share_homogeneity(std::span<const std::int64_t> events,
                                           std::span<const std::int64_t> units) {
  const auto given = table_of(events, units);
  if (!given) return given.error();
  ShareHomogeneity result;
  for (std::size_t i = 0; i < given->units.size(); ++i) {
    result.shares.push_back(static_cast<double>(given->events[i]) /
                            static_cast<double>(given->units[i]));
  }
  result.dof = static_cast<int>(given->units.size()) - 1;
  const Table table = of_rarer(*given);
  if (table.all_events == 0) return result;
  const auto all = static_cast<double>(table.all_units);
  const double share = static_cast<double>(table.all_events) / all;
  result.smallest_expected = all;
  for (std::size_t i = 0; i < table.units.size(); ++i) {
    const double expected = static_cast<double>(table.units[i]) * share;
    const double excess = static_cast<double>(table.events[i]) - expected;
    // Both cells of the arm: excess^2 (1 / expected + 1 / (units - expected)).
    result.chi_square += excess * (excess / expected) / (1 - share);
    result.smallest_expected = std::min(result.smallest_expected, expected);
  }
  result.p_chi_square = chi_squared_upper(result.chi_square, result.dof);
  if (result.smallest_expected < kSmallExpected && outcomes_of(table) <= kMostTableOutcomes) {
    result.p_exact = Margins(table).p();
  }
  result.p = result.p_exact.value_or(result.p_chi_square);
  return result;
}

}  // namespace converge::stats
