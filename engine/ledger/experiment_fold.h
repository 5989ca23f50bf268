#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/ledger/experiment_moments.h"
#include "engine/ledger/unit_fold.h"
#include "engine/ledger/unit_index.h"

namespace converge {

/// The moments of one experiment as a sum of unit folds: what was added can be taken out again, and
/// units move between "exposed so far" and "matured" as watermarks move, in either direction.
class ExperimentFold {
 public:
  explicit ExperimentFold(ExperimentPlan plan);

  const ExperimentPlan& plan() const { return plan_; }

  void add(UnitIndex unit, const UnitFold& fold);
  /// Precondition: exactly this was added.
  void remove(UnitIndex unit, const UnitFold& fold);

  /// O(units whose windows close or reopen). `fold_of` gives what was added for a unit.
  void set_watermarks(const std::vector<std::optional<Time>>& watermarks,
                      const std::function<const UnitFold&(UnitIndex)>& fold_of);

  /// Plan, strata, cells and counters of units; the rest is the caller's. O(cells).
  ExperimentMoments moments() const;

  /// Whether anything changed since this was last asked.
  bool take_changed();

 private:
  enum class Sign { kAdd, kRemove };
  enum class Population { kExposed, kMatured };
  using Arms = std::vector<ArmCell>;

  struct MetricCells {
    Arms matured, exposed, crossovers_by_hash, crossovers_by_first_shown;
    std::map<SegmentName, Arms> matured_by_segment, exposed_by_segment;
  };
  /// phase index, not enrolled, enrolment class, previous variant
  using StratumKey = std::tuple<int, bool, int, std::optional<std::string>>;
  struct StratumCells {
    std::int64_t members = 0;  ///< crossovers included
    std::vector<std::int64_t> units, linked, linked_crossovers;
    std::vector<MetricCells> metrics;
  };
  struct Counters {
    std::int64_t crossovers = 0, linked_crossovers = 0, oversized_units = 0;
    std::int64_t conflicts_exposure = 0, conflicts_outcome = 0;
    std::int64_t outside_phases = 0, unknown_variant = 0, wrong_unit_kind = 0, forced = 0;
    std::int64_t retracted = 0, erased = 0;
    std::vector<std::int64_t> mismatches, phase_units;
  };

  static StratumKey stratum_key(const UnitFold& fold);
  void apply(UnitIndex unit, const UnitFold& fold, Sign sign);
  void count(const UnitFold& fold, Sign sign);
  static void count_arm(StratumCells& cells, const UnitFold& fold, Sign sign);
  void contribute(StratumCells& cells, const UnitFold& fold, std::size_t metric,
                  Population population, Sign sign) const;
  static void change(ArmCell& cell, const MetricFold& fold, Sign sign);
  bool is_matured(const UnitFold& fold, std::size_t metric) const;
  void move_boundary(std::size_t metric, const std::optional<Time>& next,
                     const std::function<const UnitFold&(UnitIndex)>& fold_of);
  Stratum stratum(const StratumKey& key) const;
  MetricMoments metric_moments(std::size_t metric) const;

  ExperimentPlan plan_;
  std::map<StratumKey, StratumCells> strata_;
  Counters counters_;
  std::set<std::pair<Time, UnitIndex>> exposed_;
  std::vector<std::optional<Time>> watermarks_;
  /// Per metric: units exposed until here (inclusive) are matured; none: nobody is.
  std::vector<std::optional<Time>> matured_until_;
  bool changed_ = true;
};

}  // namespace converge
