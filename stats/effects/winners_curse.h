#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "stats/interval.h"

namespace converge::stats {

enum class Selection {
  kUpper,     ///< looked at because estimate > threshold standard errors
  kTwoSided,  ///< looked at because |estimate| > threshold standard errors
};

struct SelectedEstimate {
  double estimate = 0;
  double standard_error = 0;
  double threshold =
      0;  ///< in standard errors: 1.96, or the critical value of the look that stopped
};

struct CorrectedEstimate {
  double conditional_mle = 0;
  double median_unbiased = 0;
  Interval interval;  ///< equal-tailed, for the true effect given that the estimate was selected
};

/// An estimate corrected for having been chosen because it crossed a threshold.
/// Inputs   the estimate and what it crossed; alpha two-sided in (0, 1).
/// Output   the effect that maximises phi((x - effect) / s) / P(crossing), where the conditional
///          mean equals the estimate; the median-unbiased effect; a conditional interval. Close
///          above a one-sided threshold all three fall far below 0: the data then hold next to
///          nothing about the size.
/// Assumes  a normal estimate, one threshold at one look. After a sequential stop the stage-wise
///          ordering is exact, this an approximation.
/// Errors   kInvalidArgument figures not finite or beyond 1e6 standard errors, standard error or
///          threshold below 0, alpha; kInsufficientData standard error 0, an estimate that has not
///          crossed, or crossed a one-sided threshold by less than 1e-3 standard errors.
/// Cost     O(1), four root searches.
/// Source   Zhong, Prentice (2008) Biostatistics 9:621-634; Lehmann, Scheffe (exponential
///          families).
/// Checked  unit/stats/winners_curse_test.cc (scipy).
Result<CorrectedEstimate> corrected_for_selection(const SelectedEstimate& selected,
                                                  Selection selection, double alpha);

struct SelectionEffect {
  double probability = 0;    ///< of crossing
  double mean_estimate = 0;  ///< of estimates that cross
  double bias = 0;           ///< mean_estimate - true effect
};

/// What crossing does to estimates of a known true effect: power and exaggeration.
/// Inputs   the true effect in .estimate, standard error, threshold.
/// Errors   as above, but for the crossing.
/// Cost     O(1).
/// Source   moments of the truncated normal; Gelman, Carlin (2014) Perspect. Psychol. Sci.
///          9:641-651.
/// Checked  as above.
Result<SelectionEffect> selection_effect(const SelectedEstimate& truth, Selection selection);

struct SumOfWinners {
  std::size_t winners = 0;
  double sum = 0;             ///< of the winners' estimates
  double expected_bias = 0;   ///< plug-in
  double corrected = 0;       ///< sum - expected_bias
  double standard_error = 0;  ///< of the winners' sum
};

/// The total effect of what was launched, without the luck that got it launched.
/// Inputs   all effects that were considered, not just the winners; the rule of selection.
/// Output   sum of the winners; its expected bias sum s phi((c - x) / s) over all considered.
/// Assumes  independent normal estimates. The plug-in bias is itself estimated from few effects.
/// Errors   as above, but for the crossing; kInsufficientData no effect.
/// Cost     O(k).
/// Source   Lee, Shen (2018) KDD, "Winner's curse: bias estimation for total effects of features
///          in online controlled experiments".
/// Checked  as above.
Result<SumOfWinners> sum_of_winners(std::span<const SelectedEstimate> considered,
                                    Selection selection);

}  // namespace converge::stats
