#pragma once

#include <vector>

namespace converge::stats {

/// Evidence against a null hypothesis that may be looked at as often as one likes: whatever the
/// looks, the chance that e ever reaches 1 / alpha under the null is at most alpha (Ville).
struct EProcess {
  std::vector<double> log_e;  ///< after each block, in the order given
  double log_e_max = 0;       ///< over the start (0) and all blocks
  double p = 1;               ///< always-valid: min(1, 1 / max e); it never rises again

  double last() const { return log_e.empty() ? 0 : log_e.back(); }
};

/// The same path with its maximum and p.
/// Inputs   log e after each block.
/// Output   EProcess; exp(-log_e_max) keeps its meaning down to the smallest double.
/// Cost     O(blocks).
/// Source   Ville (1939); Howard, Ramdas, McAuliffe, Sekhon (2021) Ann. Stat. 49:1055-1080,
/// lemma 3. Checked  unit/stats/bernoulli_e_process_test.cc.
EProcess e_process_of(std::vector<double> log_e);

}  // namespace converge::stats
