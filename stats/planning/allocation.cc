#include "stats/planning/allocation.h"

#include <cmath>

#include "stats/domain.h"

namespace converge::stats {

Result<Allocation> allocation_of(std::int64_t arms, double alpha) {
  if (const Status valid = require_open_unit("alpha", alpha); !valid) return valid.error();
  if (arms < 2) return Error{Errc::kInvalidArgument, "arms: expected 2 or more"};
  const double treatments = static_cast<double>(arms) - 1;
  const double root = std::sqrt(treatments);
  // n_a (1 + treatments * ratio) at ratio 1 / root, against (1 + treatments) at ratio 1: the
  // variance of a comparison is (1 + 1 / ratio) / n_a.
  return Allocation{.alpha_per_comparison = alpha / treatments,
                    .optimal_control_share = 1 / (1 + root),
                    .ratio = 1 / root,
                    .relative_total = (1 + root) * (1 + root) / (2 * (1 + treatments))};
}

}  // namespace converge::stats
