#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "stats/sequential/e_process.h"

namespace converge::stats {

/// What the moments of one arm grew by between two looks.
struct BoundedSums {
  std::int64_t n;
  double sum;
  double sum_of_squares;
  double sum_of_cubes;
};

/// Any sizes; an arm without units makes the block teach without betting.
struct BoundedBlock {
  BoundedSums a;
  BoundedSums b;
};

struct BoundedMeanOptions {
  double margin;  ///< of mean_b - mean_a, in the unit of the values, in (-cap, cap)
  double cap;     ///< every value lies in [0, cap], fixed before the data were seen
};

/// Exact two-sample e-process against mean_b - mean_a <= margin for values in [0, cap], from the
/// increments of moments between looks.
/// Inputs   blocks in the order in which they were seen; options.
/// Output   log e after each block; already the first block is bet on.
/// Assumes  independent values within [0, cap]; the block sizes do not depend on the values in the
///          block. No limit theorem: valid from the first unit, for any skew and any sizes of the
///          arms. Within a block the distribution may differ from unit to unit; the null then
///          speaks of the arms' means over the block. 0/1 values are the case cap = 1.
/// Errors   kInvalidArgument options, sums that values in [0, cap] cannot have.
/// Cost     O(blocks), a fixed number of bets each.
/// Source   betting: Waudby-Smith, Ramdas (2024) JRSS B 86:1-27; the projection of two arms:
///          Turner, Ly, Grunwald (2024) JSPI 230:106116; the bound by moments: Krein, Nudelman
///          (1977), upper principal representation. Put together here, as follows.
/// Checked  unit/stats/bounded_mean_e_process_test.cc (expectation by enumeration);
///          property/stats/sequential_test.cc.
///
/// Proof.   Values are in units of cap. A bet is a pair (k, m) chosen before the block: with
///          l_a = k n_b / n and l_b = k n_a / n, so that n_a l_a = n_b l_b = L, every unit of a
///          pays f_a = 1 - l_a (x - m), every unit of b f_b = 1 + l_b (x - m - margin), none below
///          0. By independence and the inequality of means the expected product is at most
///          ((n_a E f_a + n_b E f_b) / n)^n = (1 + L (mean_b - mean_a - margin) / n)^n <= 1 under
///          the null: the unknown mean cancels, whatever m.
///          The product itself needs every value; a lower bound of it needs three moments. ln f has
///          a negative fourth derivative in x. The cubic through its values at 0 and 1 that touches
///          it at x1 = sum x^2 (1 - x) / sum x (1 - x) therefore lies below it (the remainder is
///          f'''' x (x - x1)^2 (x - 1) / 24), and the sum of a cubic over the block is its sum over
///          any weights with the same three moments: here those on 0, x1 and 1. No larger bound
///          follows from three moments, and 0/1 values attain it.
///          Capital below that of a supermartingale, averaged over several bets, stays below one.
Result<EProcess> bounded_mean_e_process_greater(std::span<const BoundedBlock> blocks,
                                                const BoundedMeanOptions& options);

/// Against mean_b - mean_a >= margin: the mirror image.
Result<EProcess> bounded_mean_e_process_less(std::span<const BoundedBlock> blocks,
                                             const BoundedMeanOptions& options);

/// Against mean_b - mean_a = margin: the average of both.
Result<EProcess> bounded_mean_e_process_two_sided(std::span<const BoundedBlock> blocks,
                                                  const BoundedMeanOptions& options);

}  // namespace converge::stats
