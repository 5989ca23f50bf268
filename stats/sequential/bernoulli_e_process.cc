#include "stats/sequential/bernoulli_e_process.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "stats/domain.h"

namespace converge::stats {
namespace {

/// The predicted probability and what it leaves, each to full relative accuracy.
struct Chance {
  double success;
  double failure;
};

struct Arm {
  double n = 0;
  double successes = 0;
};

/// How far the nearest point of the null lies: up in the arm that is predicted too low by `up`,
/// down in the other by `down`; up + down is the gap between the prediction and the null.
struct Shift {
  double up;
  double down;
};

/// Minimises n_low KL(low|low + up) + n_high KL(high|high - down), up + down = gap > 0. The
/// derivative rises with `up`, so that halving finds its zero.
Shift nearest_in_null(const Chance& low, double n_low, const Chance& high, double n_high,
                      double gap) {
  double least = std::max(0.0, gap - high.success);  // high - down stays a probability
  double most = std::min(gap, low.failure);
  if (n_low == 0) return {most, gap - most};
  if (n_high == 0) return {least, gap - least};
  const auto derivative = [&](double up) {
    const double down = gap - up;
    return n_low * up / ((low.success + up) * (low.failure - up)) -
           n_high * down / ((high.success - down) * (high.failure + down));
  };
  for (;;) {
    const double middle = least + (most - least) / 2;
    if (middle <= least || middle >= most) return {middle, gap - middle};
    (derivative(middle) < 0 ? least : most) = middle;
  }
}

double times_log1p(double count, double x) {
  return count == 0 ? 0 : count * std::log1p(x);
}

/// ln of the likelihood ratio of `predicted` to `predicted` moved by `shift`.
double log_ratio(const Chance& predicted, double shift, const Arm& arm) {
  return -times_log1p(arm.successes, shift / predicted.success) -
         times_log1p(arm.n - arm.successes, -shift / predicted.failure);
}

/// The factor of a block whose prediction lies `gap` > 0 above the null, low + margin = high.
double log_factor(const Chance& low, const Arm& low_seen, const Chance& high, const Arm& high_seen,
                  double margin, double gap) {
  Shift shift{};
  if (margin == 0) {  // Turner, Ly, Grunwald: the mean of the predictions, weighted by size
    const double n = low_seen.n + high_seen.n;
    shift = {gap * (high_seen.n / n), gap * (low_seen.n / n)};
  } else {
    shift = nearest_in_null(low, low_seen.n, high, high_seen.n, gap);
  }
  return log_ratio(low, shift.up, low_seen) + log_ratio(high, -shift.down, high_seen);
}

enum class Side { kTwoSided, kGreater };

class Predictor {
 public:
  explicit Predictor(const BernoulliEProcessOptions& options) : options_(options) {}

  Chance chance() const {
    const double successes = seen_.successes + options_.prior_successes;
    const double failures = seen_.n - seen_.successes + options_.prior_failures;
    return {successes / (successes + failures), failures / (successes + failures)};
  }
  void learn(const Arm& block) {
    seen_.n += block.n;
    seen_.successes += block.successes;
  }

 private:
  BernoulliEProcessOptions options_;
  Arm seen_;
};

Status check_arguments(std::span<const BernoulliBlock> blocks,
                       const BernoulliEProcessOptions& options) {
  if (!(std::abs(options.margin) < 1)) {
    return Error{Errc::kInvalidArgument, "margin: expected a number between -1 and 1"};
  }
  for (const BernoulliBlock& block : blocks) {
    const Status counts = first_failure({require_successes("a", block.successes_a, block.n_a),
                                         require_successes("b", block.successes_b, block.n_b)});
    if (!counts) return counts.error().within("blocks");
  }
  return first_failure({require_positive("prior_successes", options.prior_successes),
                        require_positive("prior_failures", options.prior_failures)});
}

Result<EProcess> e_process(std::span<const BernoulliBlock> blocks,
                           const BernoulliEProcessOptions& options, Side side) {
  if (const Status valid = check_arguments(blocks, options); !valid) return valid.error();
  Predictor predictor_a(options);
  Predictor predictor_b(options);
  std::vector<double> path;
  path.reserve(blocks.size());
  double log_e = 0;
  for (const BernoulliBlock& block : blocks) {
    const Arm a{static_cast<double>(block.n_a), static_cast<double>(block.successes_a)};
    const Arm b{static_cast<double>(block.n_b), static_cast<double>(block.successes_b)};
    const Chance chance_a = predictor_a.chance();
    const Chance chance_b = predictor_b.chance();
    const double gap = chance_b.success - chance_a.success - options.margin;
    if (a.n + b.n > 0) {
      if (gap > 0) log_e += log_factor(chance_a, a, chance_b, b, options.margin, gap);
      if (gap < 0 && side == Side::kTwoSided) {
        log_e += log_factor(chance_b, b, chance_a, a, -options.margin, -gap);
      }
    }
    predictor_a.learn(a);
    predictor_b.learn(b);
    path.push_back(log_e);
  }
  return e_process_of(std::move(path));
}

}  // namespace

Result<EProcess> bernoulli_e_process_two_sided(std::span<const BernoulliBlock> blocks,
                                               const BernoulliEProcessOptions& options) {
  return e_process(blocks, options, Side::kTwoSided);
}

Result<EProcess> bernoulli_e_process_greater(std::span<const BernoulliBlock> blocks,
                                             const BernoulliEProcessOptions& options) {
  return e_process(blocks, options, Side::kGreater);
}

Result<EProcess> bernoulli_e_process_less(std::span<const BernoulliBlock> blocks,
                                          const BernoulliEProcessOptions& options) {
  std::vector<BernoulliBlock> mirrored;
  mirrored.reserve(blocks.size());
  for (const BernoulliBlock& block : blocks) {
    mirrored.push_back({.n_a = block.n_b,
                        .successes_a = block.successes_b,
                        .n_b = block.n_a,
                        .successes_b = block.successes_a});
  }
  BernoulliEProcessOptions options_mirrored = options;
  options_mirrored.margin = -options.margin;
  return e_process(mirrored, options_mirrored, Side::kGreater);
}

}  // namespace converge::stats
