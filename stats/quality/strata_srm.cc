#include "stats/quality/strata_srm.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/sequential/multinomial_srm.h"

namespace converge::stats {
namespace {

bool has_comparison(const SrmStratum& stratum) {
  return std::count_if(stratum.weights.begin(), stratum.weights.end(),
                       [](double weight) { return weight > 0; }) >= 2;
}

bool holds_unit_of_weight_0(const SrmStratum& stratum) {
  for (std::size_t i = 0; i < stratum.counts.size(); ++i) {
    if (stratum.weights[i] == 0 && stratum.counts[i] > 0) return true;
  }
  return false;
}

Status check_single_arm(const SrmStratum& stratum) {
  if (stratum.counts.size() != stratum.weights.size()) {
    return Error{Errc::kInvalidArgument, "weights: expected one per count"};
  }
  for (std::size_t i = 0; i < stratum.counts.size(); ++i) {
    if (stratum.counts[i] < 0) {
      return Error{Errc::kInvalidArgument, "counts: expected 0 or more"};
    }
    if (!(stratum.weights[i] >= 0) || !std::isfinite(stratum.weights[i])) {
      return Error{Errc::kInvalidArgument, "weights: expected finite numbers of 0 or more"};
    }
  }
  return {};
}

}  // namespace

Result<StrataSrm> strata_srm(std::span<const SrmStratum> strata, double concentration) {
  StrataSrm result;
  bool compared = false;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const std::string place = "strata[" + std::to_string(i) + "]";
    if (const Status valid = check_single_arm(strata[i]); !valid) {
      return valid.error().within(place);
    }
    if (holds_unit_of_weight_0(strata[i])) result.refuted.push_back(i);
    result.log_e_stratum.push_back(0);
    if (!has_comparison(strata[i])) continue;
    const auto test = multinomial_srm(
        {.counts = strata[i].counts, .weights = strata[i].weights, .concentration = concentration});
    if (!test) return test.error().within(place);
    compared = true;
    result.log_e_stratum.back() = test->log_e;
    result.log_e += test->log_e;
  }
  if (!compared) {
    return Error{Errc::kInsufficientData, "strata: none has two arms of positive weight"};
  }
  result.p = std::min(1.0, std::exp(-result.log_e));
  return result;
}

}  // namespace converge::stats
