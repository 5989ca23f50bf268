#include "stats/multiplicity/ordered_p.h"

#include <algorithm>
#include <numeric>

#include "stats/domain.h"

namespace converge::stats {

Result<std::vector<std::size_t>> ascending_p(std::span<const double> p) {
  for (const double value : p) {
    if (const Status valid = require_unit("p", value); !valid) return valid.error();
  }
  std::vector<std::size_t> ascending(p.size());
  std::iota(ascending.begin(), ascending.end(), std::size_t{0});
  std::stable_sort(ascending.begin(), ascending.end(),
                   [&](std::size_t left, std::size_t right) { return p[left] < p[right]; });
  return ascending;
}

}  // namespace converge::stats
