#include "stats/sequential/guarded_e_value.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/domain.h"

namespace converge::stats {
namespace {

bool is_log_e(double value) {
  return !std::isnan(value) && value < std::numeric_limits<double>::infinity();
}

/// ln(exp(x) + exp(y)); -infinity is the logarithm of 0.
double log_sum(double x, double y) {
  const auto [smaller, larger] = std::minmax(x, y);
  return std::isinf(smaller) ? larger : larger + std::log1p(std::exp(smaller - larger));
}

}  // namespace

Result<GuardedEValue> guarded_e_value(const GuardedEvidence& evidence,
                                      const GuardedOptions& options) {
  if (const Status valid = require_open_unit("alpha", options.alpha); !valid) return valid.error();
  if (!(options.exact_share >= 0 && options.exact_share < 1)) {
    return Error{Errc::kInvalidArgument, "exact_share: expected a number from 0 to below 1"};
  }
  if (!is_log_e(evidence.log_e_exact) || !is_log_e(evidence.log_e_asymptotic)) {
    return Error{Errc::kInvalidArgument, "log_e: expected a finite number or -infinity"};
  }
  const double share = options.exact_share;
  const double exact = std::log(share) + evidence.log_e_exact;  // -infinity for a share of 0
  const double asymptotic = evidence.guard == GuardVerdict::kSatisfied
                                ? std::log1p(-share) + evidence.log_e_asymptotic
                                : -std::numeric_limits<double>::infinity();
  GuardedEValue result;
  result.log_e = log_sum(exact, asymptotic);
  result.p = result.log_e > 0 ? std::exp(-result.log_e) : 1.0;
  result.is_rejected = result.log_e >= -std::log(options.alpha);
  result.alpha_asymptotic = (1 - share) * options.alpha;
  return result;
}

}  // namespace converge::stats
