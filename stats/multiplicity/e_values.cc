#include "stats/multiplicity/e_values.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "stats/domain.h"

namespace converge::stats {

Result<std::vector<bool>> e_benjamini_hochberg(std::span<const double> log_e, double q) {
  if (const Status valid = require_open_unit("q", q); !valid) return valid.error();
  for (const double value : log_e) {
    if (std::isnan(value)) return Error{Errc::kInvalidArgument, "log_e: expected numbers"};
  }
  std::vector<double> descending(log_e.begin(), log_e.end());
  std::sort(descending.begin(), descending.end(), std::greater<>());
  const auto m = static_cast<double>(log_e.size());
  std::size_t rejected = 0;
  for (std::size_t k = 1; k <= descending.size(); ++k) {
    if (descending[k - 1] >= std::log(m / (q * static_cast<double>(k)))) rejected = k;
  }
  std::vector<bool> flags;
  for (const double value : log_e) {
    flags.push_back(rejected > 0 && value >= descending[rejected - 1]);
  }
  return flags;
}

}  // namespace converge::stats
