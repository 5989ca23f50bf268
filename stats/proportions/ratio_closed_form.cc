#include "stats/proportions/ratio_closed_form.h"

#include <cmath>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

/// One arm after an addition, no longer whole numbers.
struct Cells {
  double successes;
  double failures;

  double trials() const { return successes + failures; }
};

Cells cells_of(const BinomialCount& count, double more_successes, double more_failures) {
  return {count.x() + more_successes, count.failures() + more_failures};
}

LogScaleRatio on_log_scale(double estimate, double log_standard_error, double alpha) {
  const double half = normal_upper_quantile(alpha / 2) * log_standard_error;
  return {estimate,
          log_standard_error,
          {estimate * std::exp(-half), estimate * std::exp(half), 1 - alpha}};
}

/// 1/x - 1/n, as failures / (x n): nothing cancels where nearly all convert.
double variance_of_log_share(const Cells& cells) {
  return cells.failures / cells.successes / cells.trials();
}

LogScaleRatio ratio_of(const Cells& a, const Cells& b, double alpha) {
  const double estimate = (b.successes / a.successes) * (a.trials() / b.trials());
  return on_log_scale(estimate, std::sqrt(variance_of_log_share(a) + variance_of_log_share(b)),
                      alpha);
}

LogScaleRatio odds_ratio_of(const Cells& a, const Cells& b, double alpha) {
  const double estimate = (b.successes / a.successes) * (a.failures / b.failures);
  const double variance = 1 / a.successes + 1 / a.failures + 1 / b.successes + 1 / b.failures;
  return on_log_scale(estimate, std::sqrt(variance), alpha);
}

}  // namespace

Result<LogScaleRatio> log_ratio(const BinomialCount& a, const BinomialCount& b,
                                const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  if (a.successes == 0 || b.successes == 0) {
    return Error{Errc::kInsufficientData,
                 "successes: 0 in an arm, the log ratio is undefined; the adjusted or the score "
                 "interval is not"};
  }
  return ratio_of(cells_of(a, 0, 0), cells_of(b, 0, 0), options.alpha);
}

Result<LogScaleRatio> log_ratio_adjusted(const BinomialCount& a, const BinomialCount& b,
                                         const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  return ratio_of(cells_of(a, 0.5, 0), cells_of(b, 0.5, 0), options.alpha);
}

Result<LogScaleRatio> logit_odds_ratio(const BinomialCount& a, const BinomialCount& b,
                                       const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  for (const BinomialCount& arm : {a, b}) {
    if (arm.successes == 0 || arm.successes == arm.trials) {
      return Error{Errc::kInsufficientData,
                   "successes: 0 or all in an arm, the log odds are undefined; the adjusted "
                   "interval is not"};
    }
  }
  return odds_ratio_of(cells_of(a, 0, 0), cells_of(b, 0, 0), options.alpha);
}

Result<LogScaleRatio> logit_odds_ratio_adjusted(const BinomialCount& a, const BinomialCount& b,
                                                const ProportionComparisonOptions& options) {
  if (const Status valid = require_comparison(a, b, options.alpha); !valid) return valid.error();
  return odds_ratio_of(cells_of(a, 0.5, 0.5), cells_of(b, 0.5, 0.5), options.alpha);
}

}  // namespace converge::stats
