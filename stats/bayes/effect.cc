#include "stats/bayes/effect.h"

#include "stats/domain.h"

namespace converge::stats {

Status require_valid(const EffectEstimate& estimate, const EffectPrior& prior,
                     const EffectOptions& options) {
  if (estimate.standard_error == 0) {
    return Error{Errc::kInsufficientData, "standard_error: 0, the likelihood is a point"};
  }
  return first_failure({require_finite("estimate", estimate.estimate),
                        require_positive("standard_error", estimate.standard_error),
                        prior ? require_valid("prior", *prior) : Status(),
                        options.rope ? require_valid("rope", *options.rope) : Status(),
                        require_open_unit("level", options.level)});
}

}  // namespace converge::stats
