#include "stats/proportions/mantel_haenszel.h"

#include <cmath>
#include <limits>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// Sums over strata; R, S, P, Q are the letters of Robins, Breslow, Greenland (1986).
struct Sums {
  double r = 0;  ///< successes of b times failures of a, over the trials of the stratum
  double s = 0;  ///< failures of b times successes of a, likewise
  double p_r = 0;
  double p_s_and_q_r = 0;
  double q_s = 0;
  double excess = 0;  ///< successes of b beyond their expectation
  double variance = 0;
};

void add(Sums& sums, const BinomialStratum& stratum) {
  const BinomialCount& a = stratum.a;
  const BinomialCount& b = stratum.b;
  const double n = a.n() + b.n();
  const double r = b.x() * (a.failures() / n);
  const double s = b.failures() * (a.x() / n);
  const double p = (b.x() + a.failures()) / n;
  const double q = (b.failures() + a.x()) / n;
  sums.r += r;
  sums.s += s;
  sums.p_r += p * r;
  sums.p_s_and_q_r += p * s + q * r;
  sums.q_s += q * s;
  const double successes = a.x() + b.x();
  const double failures = a.failures() + b.failures();
  sums.excess += difference_of_products(b.x(), a.n(), a.x(), b.n()) / n;
  sums.variance += (a.n() / n) * (b.n() / n) * successes * (failures / (n - 1));
}

Status check_inputs(std::span<const BinomialStratum> strata, double alpha) {
  if (strata.empty()) return Error{Errc::kInvalidArgument, "strata: expected at least one"};
  static constexpr std::int64_t kMostTrials = 1'000'000'000'000;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const std::string frame = "strata[" + std::to_string(i) + "]";
    for (const auto& [arm, count] : {std::pair{"a", strata[i].a}, std::pair{"b", strata[i].b}}) {
      if (const Status valid = require_successes(arm, count.successes, count.trials); !valid) {
        return valid.error().within(frame);
      }
      if (count.trials > kMostTrials) {
        return Error{Errc::kTooLarge, frame + ": more than 1e12 trials"};
      }
    }
  }
  return require_open_unit("alpha", alpha);
}

}  // namespace

Result<MantelHaenszel> mantel_haenszel(std::span<const BinomialStratum> strata,
                                       const ProportionComparisonOptions& options) {
  if (const Status valid = check_inputs(strata, options.alpha); !valid) return valid.error();
  Sums sums;
  for (const BinomialStratum& stratum : strata) {
    if (stratum.a.trials > 0 && stratum.b.trials > 0) add(sums, stratum);
  }
  if (!(sums.variance > 0)) {
    return Error{Errc::kInsufficientData,
                 "strata: none holds both arms with successes and failures"};
  }
  MantelHaenszel result;
  result.chi_squared = sums.excess / sums.variance * sums.excess;
  result.p = chi_squared_upper(result.chi_squared, 1);
  if (sums.s == 0) {
    if (sums.r > 0) result.odds_ratio = std::numeric_limits<double>::infinity();
    return result;
  }
  result.odds_ratio = sums.r / sums.s;
  if (sums.r == 0) return result;
  const double variance = sums.p_r / sums.r / sums.r / 2 + sums.p_s_and_q_r / sums.r / sums.s / 2 +
                          sums.q_s / sums.s / sums.s / 2;
  const double half = normal_upper_quantile(options.alpha / 2) * std::sqrt(variance);
  result.interval = Interval{*result.odds_ratio * std::exp(-half),
                             *result.odds_ratio * std::exp(half), 1 - options.alpha};
  return result;
}

}  // namespace converge::stats
