#include "stats/bayes/gamma_poisson.h"

#include <array>

#include "stats/bayes/best_of_k.h"
#include "stats/bayes/highest_density.h"
#include "stats/domain.h"

namespace converge::stats {
Result<GammaPosterior> gamma_poisson_posterior(const GammaPosterior& prior, std::int64_t events,
                                               double exposure) {
  const Status valid =
      first_failure({require_valid("prior", prior), require_not_negative("events", events),
                     require_not_negative("exposure", exposure)});
  if (!valid) return valid.error();
  if (events > 0 && exposure == 0) {
    return Error{Errc::kInvalidArgument, "exposure: events need a number above 0"};
  }
  const GammaPosterior posterior{.shape = prior.shape + static_cast<double>(events),
                                 .rate = prior.rate + exposure};
  if (const Status fits = require_valid("posterior", posterior); !fits) return fits.error();
  return posterior;
}

Result<GammaPoissonResult> gamma_poisson_comparison(const GammaPoissonInputs& inputs) {
  const Status valid = first_failure({require_valid("a", inputs.a), require_valid("b", inputs.b),
                                      require_open_unit("level", inputs.level)});
  if (!valid) return valid.error();
  const std::array<GammaPosterior, 2> arms{inputs.a, inputs.b};
  const Result<BestOfK> best =
      best_of_gammas(arms, {.best_is = BestIs::kLargest, .precision = TailPrecision::kRelative});
  if (!best) return best.error();
  const Result<Interval> credible_a = equal_tailed_interval(inputs.a, inputs.level);
  const Result<Interval> credible_b = equal_tailed_interval(inputs.b, inputs.level);
  if (!credible_a) return credible_a.error();
  if (!credible_b) return credible_b.error();
  return GammaPoissonResult{.probability_b_beats_a = best->probability_best[1],
                            .expected_loss_choose_a = best->expected_loss[0],
                            .expected_loss_choose_b = best->expected_loss[1],
                            .credible_a = *credible_a,
                            .credible_b = *credible_b};
}

}  // namespace converge::stats
