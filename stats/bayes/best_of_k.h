#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "stats/bayes/posteriors.h"

namespace converge::stats {

struct BestOfK {
  std::vector<double> probability_best;  ///< of each, sums to 1
  double expected_best = 0;              ///< E max_j X_j, or E min_j X_j
  std::vector<double> expected_loss;     ///< |E best - E X_i|, each 0 or more
};

enum class BestIs { kLargest, kSmallest };

/// How far into the tails the figures are right.
enum class TailPrecision {
  kAbsolute,  ///< probabilities to 1e-13, losses to 1e-13 of the widest posterior
  kRelative,  ///< to 1e-9 of themselves down to 1e-300, at two to four times the cost
};

struct BestOfKOptions {
  BestIs best_is;
  TailPrecision precision;
};

inline constexpr std::size_t kBestOfMax = 1000;

/// Which of k independent posteriors is the best, and what is lost by choosing each.
/// Inputs   1 to kBestOfMax posteriors; widths may differ by any factor.
/// Output   probability of being best, expected value of the best, expected loss of each, by
///          deterministic quadrature.
/// Assumes  independent posteriors.
/// Errors   kInvalidArgument; kInsufficientData a Student-t posterior without a mean (dof <= 1).
/// Cost     O(k) per node and some 10 panels of 21 nodes per distinct scale: ten normal
///          posteriors take 0.1 ms.
/// Source   P(i best) = int f_i prod_{j != i} F_j; losses likewise, see best_of_quadrature.h.
/// Checked  golden/calc/bayes_test.cc (bayes_exact.json); unit/stats/best_of_k_test.cc;
///          property/stats/bayes_test.cc.
Result<BestOfK> best_of_normals(std::span<const NormalPosterior> posteriors,
                                const BestOfKOptions& options);
Result<BestOfK> best_of_betas(std::span<const BetaPosterior> posteriors,
                              const BestOfKOptions& options);
Result<BestOfK> best_of_gammas(std::span<const GammaPosterior> posteriors,
                               const BestOfKOptions& options);
Result<BestOfK> best_of_students(std::span<const StudentPosterior> posteriors,
                                 const BestOfKOptions& options);

}  // namespace converge::stats
