#include "stats/sequential/e_values.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Status check_log_e(std::span<const double> log_e) {
  if (log_e.empty()) return Error{Errc::kInsufficientData, "log_e: no e-values"};
  for (const double value : log_e) {
    if (std::isnan(value) || value == kInfinity) {
      return Error{Errc::kInvalidArgument, "log_e: expected finite numbers or -infinity"};
    }
  }
  return {};
}

Status check_p(double p) {
  if (p > 0 && p <= 1) return {};
  return Error{Errc::kInvalidArgument, "p: expected a number above 0 and at most 1"};
}

}  // namespace

Result<double> e_product(std::span<const double> log_e) {
  if (const Status valid = check_log_e(log_e); !valid) return valid.error();
  double sum = 0;
  for (const double value : log_e) sum += value;
  if (sum < kInfinity) return sum;
  return Error{Errc::kInvalidArgument, "log_e: the product exceeds the range of double"};
}

Result<double> e_average(std::span<const double> log_e) {
  if (const Status valid = check_log_e(log_e); !valid) return valid.error();
  const double largest = *std::max_element(log_e.begin(), log_e.end());
  if (largest == -kInfinity) return largest;
  double sum = 0;
  for (const double value : log_e) sum += std::exp(value - largest);
  return largest + std::log(sum / static_cast<double>(log_e.size()));
}

Result<double> e_from_p(double p, const PowerCalibrator& calibrator) {
  const Status valid = first_failure({check_p(p), require_open_unit("kappa", calibrator.kappa)});
  if (!valid) return valid.error();
  return std::log(calibrator.kappa) + (calibrator.kappa - 1) * std::log(p);
}

Result<double> e_from_p_averaged(double p) {
  if (const Status valid = check_p(p); !valid) return valid.error();
  static constexpr double kSeriesLimit = 0.05;
  const double x = -std::log(p);
  // (exp(x) - 1 - x) / x^2; the quotient cancels next to p = 1, where e is 1/2.
  if (x >= kSeriesLimit) return x + std::log(-std::expm1(-x) - x * std::exp(-x)) - 2 * std::log(x);
  double sum = 0;
  for (int k = 12; k >= 2; --k) sum = (1 + sum * x) / (k + 1);
  return std::log((1 + sum * x) / 2);
}

Result<double> p_from_e(double log_e) {
  if (const Status valid = check_log_e({&log_e, 1}); !valid) return valid.error();
  return log_e > 0 ? std::exp(-log_e) : 1.0;
}

Result<std::vector<bool>> e_bh(std::span<const double> log_e, const EBhOptions& options) {
  const Status valid =
      first_failure({check_log_e(log_e), require_open_unit("alpha", options.alpha)});
  if (!valid) return valid.error();
  std::vector<double> sorted(log_e.begin(), log_e.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const auto m = static_cast<double>(sorted.size());
  double threshold = kInfinity;
  for (std::size_t k = sorted.size(); k > 0; --k) {
    if (sorted[k - 1] >= std::log(m / static_cast<double>(k)) - std::log(options.alpha)) {
      threshold = sorted[k - 1];
      break;
    }
  }
  std::vector<bool> rejected;
  rejected.reserve(log_e.size());
  for (const double value : log_e) rejected.push_back(value >= threshold);
  return rejected;
}

}  // namespace converge::stats
