#include "stats/sequential/multinomial_srm.h"

#include <cmath>
#include <string>

#include "stats/sequential/stirling.h"

namespace converge::stats {
namespace {

struct Totals {
  double weight = 0;
  std::int64_t counted = 0;  ///< in arms of positive weight
  bool zero_weight_counted = false;
};

Result<Totals> totals_of(const MultinomialSrmInputs& inputs) {
  static constexpr std::int64_t kCountLimit = std::int64_t{1} << 53;  // exact as double below
  if (inputs.counts.size() != inputs.weights.size()) {
    return Error{Errc::kInvalidArgument, "weights: expected one per count"};
  }
  if (!(inputs.concentration > 0) || !std::isfinite(inputs.concentration)) {
    return Error{Errc::kInvalidArgument, "concentration: expected a positive number"};
  }
  Totals totals;
  int arms = 0;
  for (std::size_t i = 0; i < inputs.counts.size(); ++i) {
    const std::int64_t count = inputs.counts[i];
    const double weight = inputs.weights[i];
    if (count < 0) return Error{Errc::kInvalidArgument, "counts: expected 0 or more"};
    if (!(weight >= 0) || !std::isfinite(weight)) {
      return Error{Errc::kInvalidArgument, "weights: expected finite numbers of 0 or more"};
    }
    if (weight == 0) {
      totals.zero_weight_counted = totals.zero_weight_counted || count > 0;
      continue;
    }
    if (count >= kCountLimit - totals.counted) {
      return Error{Errc::kTooLarge, "counts: 2^53 units or more"};
    }
    ++arms;
    totals.weight += weight;
    totals.counted += count;
  }
  if (arms < 2) {
    return Error{Errc::kInsufficientData, "weights: at least two must be positive"};
  }
  if (!std::isfinite(totals.weight)) {
    return Error{Errc::kInvalidArgument, "weights: expected a finite sum"};
  }
  return totals;
}

}  // namespace

Result<MultinomialSrm> multinomial_srm(const MultinomialSrmInputs& inputs) {
  const Result<Totals> totals = totals_of(inputs);
  if (!totals) return totals.error();
  MultinomialSrm result;
  result.zero_weight_counted = totals->zero_weight_counted;

  // log E = sum lgamma(a_i + n_i) - lgamma(a_i) - [lgamma(A + n) - lgamma(A)] - sum n_i ln w_i with
  // a_i = A w_i. By Stirling, with b_i = a_i + n_i and B = A + n, the large terms are
  // sum b_i ln(b_i / (B w_i)) = B sum w_i f(r_i), where r_i = b_i / (B w_i) - 1 and
  // f(r) = (1 + r) ln(1 + r) - r: a divergence, which cannot cancel.
  const auto counted = static_cast<double>(totals->counted);
  const double prior = inputs.concentration;
  const double posterior = prior + counted;
  double divergence = 0;
  double logarithms = std::log1p(counted / prior);
  double remainders = stirling_remainder(prior) - stirling_remainder(posterior);
  for (std::size_t i = 0; i < inputs.counts.size(); ++i) {
    if (inputs.weights[i] == 0) continue;
    const double share = inputs.weights[i] / totals->weight;
    const auto count = static_cast<double>(inputs.counts[i]);
    const double a = prior * share;
    const double expected = posterior * share;
    divergence += expected * relative_entropy_term((count - counted * share) / expected);
    logarithms -= std::log1p(count / a);
    remainders += stirling_remainder(a + count) - stirling_remainder(a);
  }
  result.log_e = divergence + 0.5 * logarithms + remainders;
  return result;
}

}  // namespace converge::stats
