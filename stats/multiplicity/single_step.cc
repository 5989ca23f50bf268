#include "stats/multiplicity/single_step.h"

#include <algorithm>
#include <cmath>

#include "stats/domain.h"
#include "stats/multiplicity/ordered_p.h"

namespace converge::stats {

Result<std::vector<double>> bonferroni_adjusted(std::span<const double> p) {
  if (const auto valid = ascending_p(p); !valid) return valid.error();
  std::vector<double> adjusted;
  for (const double value : p) {
    adjusted.push_back(std::min(1.0, static_cast<double>(p.size()) * value));
  }
  return adjusted;
}

Result<std::vector<double>> sidak_adjusted(std::span<const double> p) {
  if (const auto valid = ascending_p(p); !valid) return valid.error();
  std::vector<double> adjusted;
  for (const double value : p) {
    adjusted.push_back(-std::expm1(static_cast<double>(p.size()) * std::log1p(-value)));
  }
  return adjusted;
}

Result<std::vector<double>> preferential_bonferroni_adjusted(std::span<const double> p,
                                                             std::span<const double> weights) {
  if (const auto valid = ascending_p(p); !valid) return valid.error();
  if (weights.size() != p.size()) {
    return Error{Errc::kInvalidArgument, "weights: expected one per p"};
  }
  double largest = 0;
  for (const double weight : weights) {
    if (const Status valid = require_not_negative("weights", weight); !valid) return valid.error();
    largest = std::max(largest, weight);
  }
  if (!p.empty() && largest == 0) {
    return Error{Errc::kInvalidArgument, "weights: at least one must be above 0"};
  }
  double sum = 0;  // of weight / largest: no overflow
  for (const double weight : weights) sum += weight / largest;
  std::vector<double> adjusted;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double share = weights[i] / largest / sum;
    adjusted.push_back(share > 0 ? std::min(1.0, p[i] / share) : 1);
  }
  return adjusted;
}

}  // namespace converge::stats
