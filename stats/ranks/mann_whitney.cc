#include "stats/ranks/mann_whitney.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"

namespace converge::stats {

Result<MannWhitney> mann_whitney(const RankTable& table) {
  const auto n_a = static_cast<double>(table.n_a);
  const auto n_b = static_cast<double>(table.n_b);
  const double n = n_a + n_b;
  double below_a = 0;
  double below = 0;
  double dominance = 0;  // pairs in which b is larger, less those in which a is
  double rank_variance = 0;
  for (const RankLevel& level : table.levels) {
    const auto a = static_cast<double>(level.a);
    const auto b = static_cast<double>(level.b);
    const double above_a = n_a - below_a - a;
    dominance += b * (below_a - above_a);
    // The midrank of the level less the mean rank (n + 1) / 2.
    const double rank = below + (a + b - n) / 2;
    rank_variance += (a + b) * rank * rank;
    below_a += a;
    below += a + b;
  }
  const double variance = n_a * n_b / (n * (n - 1)) * rank_variance;
  if (!(variance > 0)) {
    return Error{Errc::kInsufficientData, "values: all equal, the ranks do not vary"};
  }
  const double deviation = dominance / 2;  // of U from n_a n_b / 2
  const double sd = std::sqrt(variance);
  const double corrected = std::copysign(std::max(0.0, std::abs(deviation) - 0.5), deviation);
  MannWhitney result;
  result.u_b = n_a * n_b / 2 + deviation;
  result.probability_of_superiority = 0.5 + deviation / (n_a * n_b);
  const double z = deviation / sd;
  result.plain = {z, 2 * normal_upper(std::abs(z)), normal_upper(z), normal_upper(-z)};
  const double z_corrected = corrected / sd;
  result.continuity_corrected = {z_corrected, 2 * normal_upper(std::abs(z_corrected)),
                                 normal_upper((deviation - 0.5) / sd),
                                 normal_upper((-deviation - 0.5) / sd)};
  return result;
}

}  // namespace converge::stats
