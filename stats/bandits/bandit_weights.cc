#include "stats/bandits/bandit_weights.h"

#include <cmath>
#include <string>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_probabilities(std::span<const double> probabilities, double floor) {
  static constexpr double kSumTolerance = 1e-6;
  if (probabilities.empty()) {
    return Error{Errc::kInvalidArgument, "probability_best: expected one per arm"};
  }
  double sum = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const Status valid =
        require_unit("probability_best[" + std::to_string(i) + "]", probabilities[i]);
    if (!valid) return valid.error();
    sum += probabilities[i];
  }
  if (std::abs(sum - 1) > kSumTolerance) {
    return Error{Errc::kInvalidArgument, "probability_best: expected a sum of 1"};
  }
  if (!(floor >= 0 && floor * static_cast<double>(probabilities.size()) <= 1)) {
    return Error{Errc::kInvalidArgument, "floor: expected 0 to 1 / arms"};
  }
  return {};
}

std::vector<double> with_floor(std::vector<double> shares, double floor) {
  double sum = 0;
  for (const double share : shares) sum += share;
  const double rest = 1 - static_cast<double>(shares.size()) * floor;
  for (double& share : shares) share = floor + rest * (share / sum);
  return shares;
}

/// 1 - w_j as the sum of the others, by prefixes and suffixes: it keeps its digits where w_j is
/// nearly 1.
std::vector<double> sums_of_others(std::span<const double> values) {
  std::vector<double> others(values.size(), 0.0);
  double before = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    others[i] += before;
    before += values[i];
  }
  double after = 0;
  for (std::size_t i = values.size(); i-- > 0;) {
    others[i] += after;
    after += values[i];
  }
  return others;
}

}  // namespace

Result<std::vector<double>> thompson_weights(std::span<const double> probability_best,
                                             double floor) {
  if (const Status valid = check_probabilities(probability_best, floor); !valid) {
    return valid.error();
  }
  return with_floor({probability_best.begin(), probability_best.end()}, floor);
}

Result<std::vector<double>> top_two_weights(std::span<const double> probability_best,
                                            const TopTwoOptions& options) {
  if (const Status valid = check_probabilities(probability_best, options.floor); !valid) {
    return valid.error();
  }
  if (!(options.beta > 0 && options.beta <= 1)) {
    return Error{Errc::kInvalidArgument, "beta: expected a number above 0, at most 1"};
  }
  const std::size_t k = probability_best.size();
  if (k == 1) return std::vector<double>{1.0};
  const std::vector<double> rest = sums_of_others(probability_best);
  for (std::size_t leader = 0; leader < k; ++leader) {
    if (rest[leader] > 0) continue;
    std::vector<double> shares(k, (1 - options.beta) / static_cast<double>(k - 1));
    shares[leader] = options.beta;
    return with_floor(std::move(shares), options.floor);
  }
  // w_i w_j / (1 - w_j): first j, then i among the others. The small factor is divided first.
  std::vector<double> shares(k);
  for (std::size_t i = 0; i < k; ++i) {
    double second = 0;
    for (std::size_t j = 0; j < k; ++j) {
      if (j != i) second += probability_best[j] * (probability_best[i] / rest[j]);
    }
    shares[i] = options.beta * probability_best[i] + (1 - options.beta) * second;
  }
  return with_floor(std::move(shares), options.floor);
}

}  // namespace converge::stats
