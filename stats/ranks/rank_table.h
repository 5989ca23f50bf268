#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace converge::stats {

/// How many units of each arm have one value.
struct RankLevel {
  std::int64_t a = 0;
  std::int64_t b = 0;
};

/// All that rank methods need of two samples: the distinct values in ascending order, as counts.
struct RankTable {
  std::vector<RankLevel> levels;
  std::int64_t n_a = 0;
  std::int64_t n_b = 0;
};

/// The table of two samples of values.
/// Inputs   values of both arms, in any order; infinities are the largest and smallest values.
/// Output   one level per distinct value; 0 and -0 are one value.
/// Assumes  nothing.
/// Errors   kInvalidArgument a NaN; kInsufficientData an arm without values.
/// Cost     O(n log n) time, O(n) memory.
/// Source   definition.
/// Checked  unit/stats/ranks_test.cc; golden/calc/ranks_test.cc.
Result<RankTable> rank_table_of(std::span<const double> a, std::span<const double> b);

/// The table of two samples of ratings, as counts per rating (1 to 7, 0 to 10), lowest first.
/// Errors   kInvalidArgument lists of unlike length, a negative count; kInsufficientData an arm
///          without ratings; kTooLarge beyond 1e12 ratings in an arm.
/// Cost     O(ratings).
Result<RankTable> rank_table_of_counts(std::span<const std::int64_t> a,
                                       std::span<const std::int64_t> b);

}  // namespace converge::stats
