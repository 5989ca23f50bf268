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

/// Bets k. The best is (difference - margin) / variance in units of the cap; steps of 2 lose at
/// most a ninth of its growth. Few, because each one bought thins the rest.
constexpr std::array<double, 7> kBets = {4, 2, 1, 1.0 / 2, 1.0 / 4, 1.0 / 8, 1.0 / 16};

/// How the centre m is chosen before much was seen.
struct Opening {
  double centre;     ///< as a share of what is possible; weighs as kCentreUnits units seen
  double units_min;  ///< bets nothing before each arm has shown so many
};

/// Two for skewed values, which is why they have a cap; the third for all others.
constexpr std::array<Opening, 3> kOpenings = {Opening{1.0 / 256, 0}, Opening{1.0 / 16, 0},
                                              Opening{1.0 / 4, 20}};
constexpr double kCentreUnits = 2;
constexpr double kBetLimit = 0.9;  ///< share of the bet that could lose everything

/// The three points with the moments of a block of one arm, in units of the cap.
struct ArmBlock {
  double n;
  double mean;
  double at_zero;  ///< weights that add up to 1
  double at_inner;
  double at_cap;
  double inner;  ///< the point between 0 and 1
};

/// Upper principal representation of the moments per unit: 0 <= cube <= square <= mean <= 1.
ArmBlock three_points(double n, double mean, double square, double cube) {
  static constexpr double kRounding = 1e-9;
  const double near_cap = square - cube;              // E x^2 (1 - x)
  const double near_zero = mean - 2 * square + cube;  // E x (1 - x)^2
  // Where rounding is all there is the values are at the ends, which is the lowest bound of all.
  if (!(near_cap > kRounding * square && near_zero > kRounding * mean)) {
    return {n, mean, 1 - mean, 0, mean, 0};
  }
  const double spread = mean - square;  // E x (1 - x)
  ArmBlock arm{n, mean, 0, 0, 0, near_cap / spread};
  arm.at_inner = std::min(1.0, spread * (spread / near_cap) * (spread / near_zero));
  arm.at_cap = std::clamp(mean - arm.at_inner * arm.inner, 0.0, 1 - arm.at_inner);
  arm.at_zero = 1 - arm.at_inner - arm.at_cap;
  return arm;
}

/// The sharp lower bound of sum ln(1 + rate (x - centre)) by the first three moments of x.
double log_capital(const ArmBlock& arm, double rate, double centre) {
  const auto log_pay = [&](double x) { return std::log1p(rate * (x - centre)); };
  return arm.n *
         (arm.at_zero * log_pay(0) + arm.at_inner * log_pay(arm.inner) + arm.at_cap * log_pay(1));
}

Result<ArmBlock> arm_of(const BoundedSums& sums, double cap) {
  static constexpr double kRounding = 1e-9;
  if (const Status valid =
          first_failure({require_not_negative("n", sums.n), require_not_negative("sum", sums.sum),
                         require_not_negative("sum_of_squares", sums.sum_of_squares),
                         require_not_negative("sum_of_cubes", sums.sum_of_cubes)});
      !valid) {
    return valid.error();
  }
  if (sums.n == 0) {
    if (sums.sum == 0 && sums.sum_of_squares == 0 && sums.sum_of_cubes == 0) return ArmBlock{};
    return Error{Errc::kInvalidArgument, "sum: expected 0 where n is 0"};
  }
  const auto n = static_cast<double>(sums.n);
  const double mean = sums.sum / cap / n;
  const double square = sums.sum_of_squares / cap / cap / n;
  const double cube = sums.sum_of_cubes / cap / cap / cap / n;
  const auto at_most = [](double value, double limit) { return value <= limit * (1 + kRounding); };
  if (!at_most(mean, 1) || !at_most(square, mean) || !at_most(cube, square)) {
    return Error{Errc::kInvalidArgument, "cap: the sums are those of values beyond it"};
  }
  if (!at_most(mean * mean, square) || !at_most(square * square, cube * mean)) {
    return Error{Errc::kInvalidArgument, "sum_of_squares: no values have these three sums"};
  }
  return three_points(n, std::min(mean, 1.0), square, cube);
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
    auto capital = log_capital_.begin();
    for (const Opening& opening : kOpenings) {
      if (std::min(n_a_, n_b_) < opening.units_min) {
        capital += kBets.size();
        continue;
      }
      const double centre = predicted_centre(opening.centre, share_a, share_b);
      const double bet_max =
          kBetLimit / std::max(share_b * (1 - centre), share_a * (centre + margin_));
      for (const double bet : kBets) {
        const double k = std::min(bet, bet_max);
        *capital++ += log_capital(block.a, -k * share_b, centre) +
                      log_capital(block.b, k * share_a, centre + margin_);
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
  double predicted_centre(double opening, double share_a, double share_b) const {
    const double first = centre_min_ + (centre_max_ - centre_min_) * opening;
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
  std::array<double, kOpenings.size() * kBets.size()> log_capital_{};
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
