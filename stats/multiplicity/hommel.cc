#include "stats/multiplicity/hommel.h"

#include <algorithm>

#include "stats/multiplicity/ordered_p.h"

namespace converge::stats {

Result<std::vector<double>> hommel_adjusted(std::span<const double> p) {
  const auto ascending = ascending_p(p);
  if (!ascending) return ascending.error();
  const std::size_t k = p.size();
  std::vector<double> sorted;
  for (const std::size_t i : *ascending) sorted.push_back(p[i]);
  std::vector<double> adjusted = sorted;
  // Subsets of size m: the Simes p of the m - 1 largest and one smaller hypothesis.
  for (std::size_t m = k; m >= 2; --m) {
    const auto size = static_cast<double>(m);
    const std::size_t first = k - m + 1;  // ranks from `first` on are the m - 1 largest
    double simes = 1;
    for (std::size_t i = first; i < k; ++i) {
      simes = std::min(simes, size * sorted[i] / static_cast<double>(i - first + 2));
    }
    for (std::size_t i = 0; i < k; ++i) {
      const double here = std::min(simes, size * sorted[std::min(i, first - 1)]);
      adjusted[i] = std::max(adjusted[i], here);
    }
  }
  std::vector<double> result(k);
  for (std::size_t rank = 0; rank < k; ++rank) result[(*ascending)[rank]] = adjusted[rank];
  return result;
}

}  // namespace converge::stats
