#include "stats/multiplicity/holm_sidak.h"

#include <algorithm>
#include <cmath>

#include "stats/multiplicity/ordered_p.h"

namespace converge::stats {

Result<std::vector<double>> holm_sidak_adjusted(std::span<const double> p) {
  const auto ascending = ascending_p(p);
  if (!ascending) return ascending.error();
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < p.size(); ++rank) {
    const std::size_t i = ascending.value()[rank];
    const auto hypotheses_left = static_cast<double>(p.size() - rank);
    largest = std::max(largest, -std::expm1(hypotheses_left * std::log1p(-p[i])));
    adjusted[i] = largest;
  }
  return adjusted;
}

}  // namespace converge::stats
