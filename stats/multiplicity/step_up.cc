#include "stats/multiplicity/step_up.h"

#include <algorithm>
#include <cstdint>

#include "stats/domain.h"
#include "stats/multiplicity/ordered_p.h"

namespace converge::stats {
namespace {

/// From the largest p down: the running minimum of factor(rank) * p, rank from 1.
template <class Factor>
Result<std::vector<double>> stepped_up(std::span<const double> p, Factor factor) {
  const auto ascending = ascending_p(p);
  if (!ascending) return ascending.error();
  std::vector<double> adjusted(p.size());
  double smallest = 1;
  for (std::size_t rank = p.size(); rank >= 1; --rank) {
    const std::size_t i = ascending.value()[rank - 1];
    smallest = std::min(smallest, factor(static_cast<double>(rank)) * p[i]);
    adjusted[i] = smallest;
  }
  return adjusted;
}

std::vector<bool> at_most(const std::vector<double>& adjusted, double level) {
  std::vector<bool> rejected;
  rejected.reserve(adjusted.size());
  for (const double value : adjusted) rejected.push_back(value <= level);
  return rejected;
}

}  // namespace

Result<std::vector<double>> hochberg_adjusted(std::span<const double> p) {
  const auto k = static_cast<double>(p.size());
  return stepped_up(p, [k](double rank) { return k - rank + 1; });
}

Result<std::vector<double>> benjamini_hochberg_adjusted(std::span<const double> p) {
  const auto k = static_cast<double>(p.size());
  return stepped_up(p, [k](double rank) { return k / rank; });
}

Result<std::vector<double>> benjamini_yekutieli_adjusted(std::span<const double> p) {
  double harmonic = 0;
  for (std::size_t rank = 1; rank <= p.size(); ++rank) harmonic += 1 / static_cast<double>(rank);
  const double k = static_cast<double>(p.size()) * harmonic;
  return stepped_up(p, [k](double rank) { return k / rank; });
}

Result<std::vector<bool>> two_stage_rejections(std::span<const double> p, double q) {
  if (const Status valid = require_open_unit("q", q); !valid) return valid.error();
  const auto adjusted = benjamini_hochberg_adjusted(p);
  if (!adjusted) return adjusted.error();
  const double first_level = q / (1 + q);
  std::vector<bool> first = at_most(*adjusted, first_level);
  const auto rejected = static_cast<std::size_t>(std::count(first.begin(), first.end(), true));
  if (rejected == 0 || rejected == p.size()) return first;
  const auto k = static_cast<double>(p.size());
  return at_most(*adjusted, first_level * (k / (k - static_cast<double>(rejected))));
}

}  // namespace converge::stats
