#include "stats/quantiles/sample_quantile.h"

#include <algorithm>
#include <cmath>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_sorted(std::span<const double> sorted) {
  if (sorted.empty()) return Error{Errc::kInsufficientData, "values: none, no quantile exists"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (!std::isfinite(sorted[i]) || (i > 0 && sorted[i] < sorted[i - 1])) {
      return Error{Errc::kInvalidArgument, "values: expected finite numbers in rising order"};
    }
  }
  return {};
}

/// Between two values without overflow of their difference.
double between(double lower, double upper, double share) {
  return lower == upper ? lower : lower * (1 - share) + upper * share;
}

double type_seven(std::span<const double> sorted, double q) {
  const double place = q * static_cast<double>(sorted.size() - 1);
  const double whole = std::floor(place);
  const auto i = std::min(static_cast<std::size_t>(whole), sorted.size() - 1);
  const std::size_t next = std::min(i + 1, sorted.size() - 1);
  return between(sorted[i], sorted[next], place - whole);
}

double mid_rank(std::span<const double> sorted, double q) {
  const double target = q * static_cast<double>(sorted.size());
  double previous_rank = 0;
  auto previous = sorted.begin();
  for (auto atom = sorted.begin(); atom != sorted.end();) {
    const auto next = std::upper_bound(atom, sorted.end(), *atom);
    const auto before = static_cast<double>(atom - sorted.begin());
    const double rank = before + static_cast<double>(next - atom) / 2;
    if (rank >= target) {
      if (atom == sorted.begin()) return *atom;
      return between(*previous, *atom, (target - previous_rank) / (rank - previous_rank));
    }
    previous = atom;
    previous_rank = rank;
    atom = next;
  }
  return sorted.back();
}

}  // namespace

Result<double> sample_quantile(std::span<const double> sorted, double q, TieRule ties) {
  const Status valid = first_failure({require_open_unit("q", q), check_sorted(sorted)});
  if (!valid) return valid.error();
  return ties == TieRule::kOrderStatistics ? type_seven(sorted, q) : mid_rank(sorted, q);
}

}  // namespace converge::stats
