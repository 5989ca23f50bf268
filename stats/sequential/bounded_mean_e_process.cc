#include "stats/sequential/bounded_mean_e_process.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "stats/domain.h"

namespace converge::stats {
namespace {

/// Bets k: optimal is (difference - margin) / variance in units of the cap; half or twice the
/// optimum still earns 3/4 of its growth or none, so that steps of 2 lose at most a ninth.
constexpr std::array<double, 10> kBets = {4,       2,        1,        1.0 / 2,  1.0 / 4,
                                          1.0 / 8, 1.0 / 16, 1.0 / 32, 1.0 / 64, 1.0 / 128};
/// Centres m before anything was seen, as shares of what is possible: mostly small, because values
/// with a cap are mostly skewed.
constexpr std::array<double, 5> kCentres = {1.0 / 512, 1.0 / 128, 1.0 / 32, 1.0 / 8, 1.0 / 2};
constexpr double kCentreUnits = 2;  ///< what a first centre weighs against units seen
constexpr double kBetLimit = 0.9;   ///< share of the bet that could lose everything

/// Moments per unit, in units of the cap.
struct ArmBlock {
  double n;
  double mean;
  double mean_square;
};

/// The same, measured from the end at which a bet loses.
struct Distance {
  double n;
  double mean;
  double mean_square;
};

Distance from_zero(const ArmBlock& arm) {
  return {arm.n, arm.mean, arm.mean_square};
}

Distance from_cap(const ArmBlock& arm) {
  const double mean = 1 - arm.mean;
  return {arm.n, mean, std::max(mean * mean, mean - (arm.mean - arm.mean_square))};
}

/// The sharp lower bound of sum ln(1 + rate (d - centre)) by the first two moments of d.
double log_capital(const Distance& arm, double rate, double centre) {
  const double at_end = std::log1p(-rate * centre);
  if (arm.mean <= 0) return arm.n * at_end;
  const double touching = arm.mean_square / arm.mean;
  const double weight = arm.mean * (arm.mean / arm.mean_square);
  return arm.n * (weight * std::log1p(rate * (touching - centre)) + (1 - weight) * at_end);
}

Result<ArmBlock> arm_of(const BoundedSums& sums, double cap) {
  static constexpr double kRounding = 1e-9;
  if (const Status valid =
          first_failure({require_not_negative("n", sums.n), require_not_negative("sum", sums.sum),
                         require_not_negative("sum_of_squares", sums.sum_of_squares)});
      !valid) {
    return valid.error();
  }
  const auto n = static_cast<double>(sums.n);
  if (sums.n == 0) {
    if (sums.sum == 0 && sums.sum_of_squares == 0) return ArmBlock{0, 0, 0};
    return Error{Errc::kInvalidArgument, "sum: expected 0 where n is 0"};
  }
  ArmBlock arm{n, sums.sum / cap / n, sums.sum_of_squares / cap / cap / n};
  if (arm.mean > 1 + kRounding || arm.mean_square > arm.mean * (1 + kRounding)) {
    return Error{Errc::kInvalidArgument, "cap: the sums are those of values beyond it"};
  }
  if (arm.mean_square < arm.mean * arm.mean * (1 - kRounding)) {
    return Error{Errc::kInvalidArgument, "sum_of_squares: too small for the sum"};
  }
  arm.mean = std::min(arm.mean, 1.0);
  arm.mean_square = std::clamp(arm.mean_square, arm.mean * arm.mean, arm.mean);
  return arm;
}

struct Pair {
  ArmBlock a;
  ArmBlock b;
};

/// Blocks and margin in units of the cap.
struct Scaled {
  std::vector<Pair> blocks;
  double margin;
};

Result<Scaled> scaled(std::span<const BoundedBlock> blocks, const BoundedMeanOptions& options) {
  if (const Status valid = require_positive("cap", options.cap); !valid) return valid.error();
  Scaled result{{}, options.margin / options.cap};
  if (!(std::abs(result.margin) < 1)) {
    return Error{Errc::kInvalidArgument, "margin: expected a number between -cap and cap"};
  }
  result.blocks.reserve(blocks.size());
  for (const BoundedBlock& block : blocks) {
    const Result<ArmBlock> a = arm_of(block.a, options.cap);
    const Result<ArmBlock> b = arm_of(block.b, options.cap);
    if (!a) return a.error().within("blocks: a");
    if (!b) return b.error().within("blocks: b");
    result.blocks.push_back({*a, *b});
  }
  return result;
}

Scaled mirrored(const Scaled& data) {
  Scaled result{{}, -data.margin};
  result.blocks.reserve(data.blocks.size());
  for (const Pair& pair : data.blocks) result.blocks.push_back({pair.b, pair.a});
  return result;
}

/// ln of the average of exp over the values.
template <class Values>
double log_average_exp(const Values& values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += std::exp(value - largest);
  return largest + std::log(sum / static_cast<double>(values.size()));
}

/// All bets together against mean_b - mean_a <= margin.
class Bettor {
 public:
  explicit Bettor(double margin)
      : margin_(margin),
        centre_min_(std::max(0.0, -margin)),
        centre_max_(std::min(1.0, 1 - margin)) {}

  void bet(const Pair& block) {
    if (block.a.n == 0 || block.b.n == 0) return;
    const double share_a = block.a.n / (block.a.n + block.b.n);
    const double share_b = block.b.n / (block.a.n + block.b.n);
    const Distance a = from_cap(block.a);
    const Distance b = from_zero(block.b);
    auto capital = log_capital_.begin();
    for (const double first_centre : kCentres) {
      const double centre = predicted_centre(first_centre, share_a, share_b);
      const double centre_a = 1 - centre;  // from the end at which the bet loses
      const double centre_b = centre + margin_;
      const double bet_max = kBetLimit / std::max(share_b * centre_a, share_a * centre_b);
      for (const double bet : kBets) {
        const double k = std::min(bet, bet_max);
        *capital++ += log_capital(a, k * share_b, centre_a) + log_capital(b, k * share_a, centre_b);
      }
    }
  }

  void learn(const Pair& block) {
    n_a_ += block.a.n;
    n_b_ += block.b.n;
    sum_a_ += block.a.n * block.a.mean;
    sum_b_ += block.b.n * (block.b.mean - margin_);
  }

  double log_e() const { return log_average_exp(log_capital_); }

 private:
  /// The means of a and of b less the margin, weighted by the sizes of the block: for 0/1 values
  /// the point of the null nearest to the prediction.
  double predicted_centre(double first_centre, double share_a, double share_b) const {
    const double first = centre_min_ + (centre_max_ - centre_min_) * first_centre;
    const double mean_a = (sum_a_ + kCentreUnits * first) / (n_a_ + kCentreUnits);
    const double mean_b = (sum_b_ + kCentreUnits * first) / (n_b_ + kCentreUnits);
    return std::clamp(share_a * mean_a + share_b * mean_b, centre_min_, centre_max_);
  }

  double margin_;
  double centre_min_;
  double centre_max_;
  double n_a_ = 0;
  double n_b_ = 0;
  double sum_a_ = 0;
  double sum_b_ = 0;
  std::array<double, kCentres.size() * kBets.size()> log_capital_{};
};

std::vector<double> log_path(const Scaled& data) {
  Bettor bettor(data.margin);
  std::vector<double> path;
  path.reserve(data.blocks.size());
  for (const Pair& block : data.blocks) {
    bettor.bet(block);
    bettor.learn(block);
    path.push_back(bettor.log_e());
  }
  return path;
}

}  // namespace

Result<EProcess> bounded_mean_e_process_greater(std::span<const BoundedBlock> blocks,
                                                const BoundedMeanOptions& options) {
  const Result<Scaled> data = scaled(blocks, options);
  if (!data) return data.error();
  return e_process_of(log_path(*data));
}

Result<EProcess> bounded_mean_e_process_less(std::span<const BoundedBlock> blocks,
                                             const BoundedMeanOptions& options) {
  const Result<Scaled> data = scaled(blocks, options);
  if (!data) return data.error();
  return e_process_of(log_path(mirrored(*data)));
}

Result<EProcess> bounded_mean_e_process_two_sided(std::span<const BoundedBlock> blocks,
                                                  const BoundedMeanOptions& options) {
  const Result<Scaled> data = scaled(blocks, options);
  if (!data) return data.error();
  std::vector<double> path = log_path(*data);
  const std::vector<double> less = log_path(mirrored(*data));
  for (std::size_t i = 0; i < path.size(); ++i) {
    path[i] = log_average_exp(std::array<double, 2>{path[i], less[i]});
  }
  return e_process_of(std::move(path));
}

}  // namespace converge::stats
