#include "stats/multiplicity/holm.h"

#include <algorithm>
#include <numeric>

namespace converge::stats {

Result<std::vector<double>> holm_adjusted(std::span<const double> p) {
  for (const double value : p) {
    if (!(value >= 0 && value <= 1)) {
      return Error{Errc::kInvalidArgument, "p: expected numbers between 0 and 1"};
    }
  }
  std::vector<std::size_t> ascending(p.size());
  std::iota(ascending.begin(), ascending.end(), std::size_t{0});
  std::stable_sort(ascending.begin(), ascending.end(),
                   [&](std::size_t left, std::size_t right) { return p[left] < p[right]; });
  std::vector<double> adjusted(p.size());
  double largest = 0;
  for (std::size_t rank = 0; rank < ascending.size(); ++rank) {
    const auto hypotheses_left = static_cast<double>(p.size() - rank);
    largest = std::max(largest, std::min(1.0, hypotheses_left * p[ascending[rank]]));
    adjusted[ascending[rank]] = largest;
  }
  return adjusted;
}

}  // namespace converge::stats
