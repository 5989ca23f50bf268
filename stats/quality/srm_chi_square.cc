#include "stats/quality/srm_chi_square.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <exception>
#include <limits>

namespace converge::stats {
namespace {

Status check_inputs(const ChiSquareSrmInputs& inputs) {
  if (inputs.counts.size() != inputs.weights.size()) {
    return Error{Errc::kInvalidArgument, "weights: expected one per count"};
  }
  int arms = 0;
  for (std::size_t i = 0; i < inputs.counts.size(); ++i) {
    if (inputs.counts[i] < 0) return Error{Errc::kInvalidArgument, "counts: expected 0 or more"};
    if (!(inputs.weights[i] >= 0) || !std::isfinite(inputs.weights[i])) {
      return Error{Errc::kInvalidArgument, "weights: expected finite numbers of 0 or more"};
    }
    if (inputs.weights[i] > 0) ++arms;
  }
  if (arms < 2) {
    return Error{Errc::kInsufficientData, "weights: at least two must be positive"};
  }
  return {};
}

}  // namespace

Result<ChiSquareSrm> srm_chi_square(const ChiSquareSrmInputs& inputs) {
  if (const Status valid = check_inputs(inputs); !valid) return valid.error();
  ChiSquareSrm result;
  result.dof = -1;
  double weight = 0;
  double counted = 0;
  for (std::size_t i = 0; i < inputs.counts.size(); ++i) {
    if (inputs.weights[i] == 0) {
      result.zero_weight_counted = result.zero_weight_counted || inputs.counts[i] > 0;
      continue;
    }
    ++result.dof;
    weight += inputs.weights[i];
    counted += static_cast<double>(inputs.counts[i]);
  }
  if (counted == 0) return result;
  for (std::size_t i = 0; i < inputs.counts.size(); ++i) {
    if (inputs.weights[i] == 0) continue;
    const double expected = counted * (inputs.weights[i] / weight);
    const double excess = static_cast<double>(inputs.counts[i]) - expected;
    result.chi_square += excess * (excess / expected);
  }
  if (!std::isfinite(result.chi_square)) {
    return Error{Errc::kInvalidArgument, "weights: their ratios exceed the range of double"};
  }
  try {
    const boost::math::chi_squared distribution(result.dof);
    result.p = cdf(complement(distribution, result.chi_square));
  } catch (const std::exception& problem) {
    return Error{Errc::kInternal, problem.what()};
  }
  return result;
}

}  // namespace converge::stats
