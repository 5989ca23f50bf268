#pragma once

#include "base/result.h"
#include "stats/bayes/effect.h"

namespace converge::stats {

/// Above this many degrees of freedom Student's t and the normal agree to what matters.
inline constexpr double kStudentEffectDofMax = 100;

/// The posterior of an effect whose standard error is itself estimated: Student-t likelihood,
/// normal prior or none. Where prior and data disagree the heavy tails let the surer one win,
/// instead of meeting half way.
/// Inputs   estimate, standard error, dof > 0; prior; options. Output by deterministic
///          quadrature, to about 1e-11 of the widest figure. With a prior every figure is finite;
///          without, sd is none where dof <= 2.
/// Assumes  (estimate - effect) / standard error is Student t.
/// Errors   kInvalidArgument; kInsufficientData standard error 0, or dof <= 1 without prior.
/// Cost     O(1), some 0.1 ms.
/// Source   Bayes' theorem; PanelIntegrator. For the tails: O'Hagan, Pericchi (2012) Braz. J.
///          Probab. Stat. 26:372-401.
/// Checked  unit/stats/bayes_effect_test.cc (scipy, mpmath); property/stats/bayes_test.cc.
Result<EffectFigures> student_t_effect(const EffectEstimate& estimate, double dof,
                                       const EffectPrior& prior, const EffectOptions& options);

}  // namespace converge::stats
