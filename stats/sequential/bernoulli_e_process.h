#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "stats/sequential/e_process.h"

namespace converge::stats {

/// What two arms counted between two looks. Any sizes, also 0 in one arm.
struct BernoulliBlock {
  std::int64_t n_a;
  std::int64_t successes_a;
  std::int64_t n_b;
  std::int64_t successes_b;
};

struct BernoulliEProcessOptions {
  double margin;           ///< of p_b - p_a, in (-1, 1); 0 for "no difference"
  double prior_successes;  ///< of the Beta prior of either arm; Turner, Ly, Grunwald use 0.18
  double prior_failures;   ///< 0.18
};

/// Exact two-sample e-process against p_b - p_a = margin, from counts per block.
/// Inputs   blocks in the order in which they were seen; options.
/// Output   log e after each block. The first block only teaches: nothing can be bet before it.
/// Assumes  independent 0/1 values; the block sizes do not depend on the values in the block. No
///          limit theorem: valid from the first unit, for any sizes. Within a block the
///          probabilities may differ from unit to unit; the null then speaks of their means.
/// Errors   kInvalidArgument options, counts out of range.
/// Cost     O(blocks).
/// Source   Turner, Ly, Grunwald (2024) J. Stat. Plan. Inference 230:106116, arXiv 2106.02693,
///          theorem 1; for margins Turner, Grunwald (2023) Stat. Prob. Letters 198:109835.
/// Checked  golden/calc/sequential_test.cc (safe_tests.json);
///          unit/stats/bernoulli_e_process_test.cc; property/stats/sequential_test.cc.
///
/// Proof.   Let P be the prediction (posterior means of the blocks before) and Q the point of the
///          null nearest to it, minimising n_a KL(P_a|Q_a) + n_b KL(P_b|Q_b). The factor of the
///          block is the likelihood ratio of P to Q. Under probabilities t its expectation is
///          A^n_a B^n_b, A = t_a P_a/Q_a + (1 - t_a)(1 - P_a)/(1 - Q_a) and B alike; by the
///          inequality of means it is at most ((n_a A + n_b B) / n)^n. The inner mean is linear in
///          t, is 1 at t = Q, and its gradient there is minus that of the divergence, which rises
///          from Q into the null, a convex set. So it is at most 1 everywhere in the null.
Result<EProcess> bernoulli_e_process_two_sided(std::span<const BernoulliBlock> blocks,
                                               const BernoulliEProcessOptions& options);

/// Against p_b - p_a <= margin. A prediction inside the null bets nothing. Otherwise as above.
Result<EProcess> bernoulli_e_process_greater(std::span<const BernoulliBlock> blocks,
                                             const BernoulliEProcessOptions& options);

/// Against p_b - p_a >= margin: the mirror image. With -margin this is proof of harm beyond it.
Result<EProcess> bernoulli_e_process_less(std::span<const BernoulliBlock> blocks,
                                          const BernoulliEProcessOptions& options);

}  // namespace converge::stats
