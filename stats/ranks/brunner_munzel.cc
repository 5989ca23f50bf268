#include "stats/ranks/brunner_munzel.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// How far the placements of one arm (shares of the other arm below a value, ties half) spread.
struct Placements {
  double mean_beyond_half = 0;  ///< mean - 1/2
  double variance = 0;          ///< n - 1 in the denominator
};

using Count = std::int64_t RankLevel::*;

/// Placements of `arm` in `other`, less 1/2: (below - above) / (2 n_other).
Placements placements(const RankTable& table, Count arm, Count other, std::int64_t n_arm,
                      std::int64_t n_other) {
  const auto n = static_cast<double>(n_arm);
  const auto m = static_cast<double>(n_other);
  const auto for_each_level = [&](const auto& visit) {
    double below = 0;
    for (const RankLevel& level : table.levels) {
      const auto ties = static_cast<double>(level.*other);
      if (level.*arm > 0) visit(static_cast<double>(level.*arm), (below + (ties - m) / 2) / m);
      below += ties;
    }
  };
  Placements result;
  double least = 1;
  double most = -1;
  for_each_level([&](double units, double placement) {
    result.mean_beyond_half += units * placement / n;
    least = std::min(least, placement);
    most = std::max(most, placement);
  });
  if (least == most) return result;  // exactly no variance, which rounding of the mean would hide
  for_each_level([&](double units, double placement) {
    const double deviation = placement - result.mean_beyond_half;
    result.variance += units * deviation * deviation / (n - 1);
  });
  return result;
}

}  // namespace

Result<BrunnerMunzel> brunner_munzel(const RankTable& table, const BrunnerMunzelOptions& options) {
  if (const Status valid = require_open_unit("alpha", options.alpha); !valid) return valid.error();
  if (table.n_a < 2 || table.n_b < 2) {
    return Error{Errc::kInsufficientData, "units: fewer than 2 in an arm"};
  }
  const auto n_a = static_cast<double>(table.n_a);
  const auto n_b = static_cast<double>(table.n_b);
  const Placements of_a = placements(table, &RankLevel::a, &RankLevel::b, table.n_a, table.n_b);
  const Placements of_b = placements(table, &RankLevel::b, &RankLevel::a, table.n_b, table.n_a);
  const double from_a = of_a.variance / n_a;
  const double from_b = of_b.variance / n_b;
  const double variance = from_a + from_b;
  if (!(variance > 0)) {
    return Error{Errc::kInsufficientData,
                 "values: all equal, or the arms do not overlap; the variance is 0"};
  }
  BrunnerMunzel result;
  const double beyond_half = of_b.mean_beyond_half;
  result.probability_of_superiority = 0.5 + beyond_half;
  result.standard_error = std::sqrt(variance);
  const double share = from_a / variance;
  result.dof = 1 / (share * share / (n_a - 1) + (1 - share) * (1 - share) / (n_b - 1));
  result.t = beyond_half / result.standard_error;
  result.p_two_sided = 2 * student_t_upper(std::abs(result.t), result.dof);
  result.p_greater = student_t_upper(result.t, result.dof);
  result.p_less = student_t_upper(-result.t, result.dof);
  const double half =
      student_t_upper_quantile(options.alpha / 2, result.dof) * result.standard_error;
  result.interval = {std::max(0.0, 0.5 + (beyond_half - half)),
                     std::min(1.0, 0.5 + (beyond_half + half)), 1 - options.alpha};
  return result;
}

}  // namespace converge::stats
