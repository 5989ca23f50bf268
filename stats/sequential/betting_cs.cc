#include "stats/sequential/betting_cs.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_arguments(std::span<const double> values, const BettingOptions& options) {
  Status valid = first_failure({require_open_unit("alpha", options.alpha),
                                require_open_unit("share_up", options.share_up),
                                require_open_unit("truncation", options.truncation)});
  if (!valid) return valid;
  if (values.empty()) return Error{Errc::kInsufficientData, "x: no values"};
  for (const double value : values) {
    if (Status unit = require_unit("x", value); !unit) return unit;
  }
  return {};
}

/// eq. 26: bets from the values before, whatever m.
std::vector<double> predictable_bets(std::span<const double> values, double alpha) {
  std::vector<double> bets;
  bets.reserve(values.size());
  double sum = 0.5;       // of the pretended value and those seen
  double squares = 0.25;  // of the deviations from the mean of the moment
  double t = 1;
  for (const double value : values) {
    const double variance = squares / t;
    bets.push_back(std::sqrt(-2 * std::log(alpha) / (t * std::log1p(t) * variance)));
    t += 1;
    sum += value;
    const double deviation = value - sum / t;
    squares += deviation * deviation;
  }
  return bets;
}

/// Falls in m: the bet that the mean is above m, of which a value below m loses.
double log_capital_up(std::span<const double> values, std::span<const double> bets, double m,
                      double truncation) {
  double log_capital = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    // In units of m, because truncation / m has no limit: bet (x - m) <= truncation (x / m - 1).
    const double bet = std::min(bets[i] * m, truncation);
    log_capital +=
        m > 0 ? std::log1p(bet * ((values[i] - m) / m)) : std::log1p(bets[i] * values[i]);
  }
  return log_capital;
}

/// What may be evaluated at every m: mirrored values make the other bet one of the same kind.
class Capital {
 public:
  Capital(std::span<const double> values, const BettingOptions& options)
      : values_(values),
        bets_(predictable_bets(values, options.alpha * options.share_up)),
        options_(options) {
    mirrored_.reserve(values.size());
    for (const double value : values) mirrored_.push_back(1 - value);
  }

  double log_up(double m) const {
    return std::log(options_.share_up) + log_capital_up(values_, bets_, m, options_.truncation);
  }
  /// The bet that the mean is below 1 - m_mirrored.
  double log_down(double m_mirrored) const {
    return std::log1p(-options_.share_up) +
           log_capital_up(mirrored_, bets_, m_mirrored, options_.truncation);
  }

 private:
  std::span<const double> values_;
  std::vector<double> mirrored_;
  std::vector<double> bets_;
  BettingOptions options_;
};

/// The m at which a falling capital comes down to the threshold; 0 if it starts below.
template <class LogCapital>
double last_refuted(const LogCapital& log_capital, double threshold) {
  double refuted = 0;
  double kept = 1;
  if (!(log_capital(refuted) >= threshold)) return 0;
  if (log_capital(kept) >= threshold) return 1;
  for (;;) {
    const double middle = refuted + (kept - refuted) / 2;
    if (middle <= refuted || middle >= kept || kept - refuted < 1e-15 * kept) return refuted;
    (log_capital(middle) >= threshold ? refuted : kept) = middle;
  }
}

}  // namespace

Result<double> hedged_capital(std::span<const double> values, double m,
                              const BettingOptions& options) {
  if (const Status valid = check_arguments(values, options); !valid) return valid.error();
  if (const Status valid = require_unit("m", m); !valid) return valid.error();
  const Capital capital(values, options);
  return std::max(capital.log_up(m), capital.log_down(1 - m));
}

Result<Interval> hedged_capital_cs(std::span<const double> values, const BettingOptions& options) {
  if (const Status valid = check_arguments(values, options); !valid) return valid.error();
  const Capital capital(values, options);
  const double threshold = -std::log(options.alpha);
  const double lower = last_refuted([&](double m) { return capital.log_up(m); }, threshold);
  const double upper = 1 - last_refuted([&](double m) { return capital.log_down(m); }, threshold);
  if (lower <= upper) return Interval{lower, upper, 1 - options.alpha};
  return Error{Errc::kInsufficientData, "x: every mean is refuted, so the values do not share one"};
}

}  // namespace converge::stats
