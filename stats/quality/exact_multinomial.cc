#include "stats/quality/exact_multinomial.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/quality/exact_binomial.h"

namespace converge::stats {
namespace {

constexpr double kTieSlack = 1e-7;

struct Arms {
  std::vector<std::int64_t> counts;  ///< of positive weight
  std::vector<double> shares;
  std::int64_t units = 0;
  bool zero_weight_counted = false;
};

Result<Arms> arms_of(std::span<const std::int64_t> counts, std::span<const double> weights) {
  if (counts.size() != weights.size()) {
    return Error{Errc::kInvalidArgument, "weights: expected one per count"};
  }
  Arms arms;
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] < 0) return Error{Errc::kInvalidArgument, "counts: expected 0 or more"};
    if (!(weights[i] >= 0) || !std::isfinite(weights[i])) {
      return Error{Errc::kInvalidArgument, "weights: expected finite numbers of 0 or more"};
    }
    if (weights[i] == 0) {
      arms.zero_weight_counted = arms.zero_weight_counted || counts[i] > 0;
      continue;
    }
    arms.counts.push_back(counts[i]);
    arms.shares.push_back(weights[i]);
    arms.units += counts[i];
    sum += weights[i];
  }
  if (arms.counts.size() < 2) {
    return Error{Errc::kInsufficientData, "weights: at least two must be positive"};
  }
  if (!std::isfinite(sum)) {
    return Error{Errc::kInvalidArgument, "weights: expected a finite sum"};
  }
  for (double& share : arms.shares) share /= sum;
  return arms;
}

double outcomes_of(std::int64_t units, std::size_t arms) {
  double outcomes = 1;
  for (std::size_t j = 1; j < arms; ++j) {
    const auto step = static_cast<double>(j);
    outcomes *= (static_cast<double>(units) + step) / step;
  }
  return outcomes;
}

/// Walks all ways to share out the units; sums the probabilities of those no likelier than limit.
class Enumeration {
 public:
  explicit Enumeration(const Arms& arms)
      : log_factorial_(static_cast<std::size_t>(arms.units) + 1) {
    for (std::size_t i = 1; i < log_factorial_.size(); ++i) {
      log_factorial_[i] = log_factorial_[i - 1] + std::log(static_cast<double>(i));
    }
    for (const double share : arms.shares) log_share_.push_back(std::log(share));
    double seen = log_factorial_.back();
    for (std::size_t i = 0; i < arms.counts.size(); ++i) seen += term(i, arms.counts[i]);
    limit_ = seen + kTieSlack;
  }

  double sum_from(std::size_t arm, std::int64_t left, double log_probability) const {
    if (arm + 1 == log_share_.size()) {
      const double log_outcome = log_probability + term(arm, left);
      return log_outcome <= limit_ ? std::exp(log_outcome) : 0;
    }
    double sum = 0;
    for (std::int64_t count = 0; count <= left; ++count) {
      sum += sum_from(arm + 1, left - count, log_probability + term(arm, count));
    }
    return sum;
  }

  double p() const {
    const auto units = static_cast<std::int64_t>(log_factorial_.size()) - 1;
    return std::min(1.0, sum_from(0, units, log_factorial_.back()));
  }

 private:
  /// ln (share^count / count!)
  double term(std::size_t arm, std::int64_t count) const {
    return static_cast<double>(count) * log_share_[arm] -
           log_factorial_[static_cast<std::size_t>(count)];
  }

  std::vector<double> log_factorial_;
  std::vector<double> log_share_;
  double limit_ = 0;
};

}  // namespace

Result<double> exact_multinomial_p(std::span<const std::int64_t> counts,
                                   std::span<const double> weights) {
  const auto arms = arms_of(counts, weights);
  if (!arms) return arms.error();
  if (arms->zero_weight_counted) return 0.0;
  if (arms->units == 0) return 1.0;
  if (arms->counts.size() == 2) {
    return exact_binomial_p(arms->counts[0], arms->units, arms->shares[0]);
  }
  if (outcomes_of(arms->units, arms->counts.size()) > kMostOutcomes) {
    return Error{Errc::kTooLarge, "counts: too many outcomes to enumerate, chi-square will do"};
  }
  return Enumeration(*arms).p();
}

}  // namespace converge::stats
