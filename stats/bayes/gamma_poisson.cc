#include "stats/bayes/gamma_poisson.h"

#include <array>

#include "stats/bayes/best_of_k.h"
#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

Interval equal_tails(const GammaPosterior& posterior, double level) {
  const double tail = (1 - level) / 2;
  return {gamma_quantile(tail, posterior.shape) / posterior.rate,
          gamma_upper_quantile(tail, posterior.shape) / posterior.rate, level};
}

}  // namespace

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
  const Status valid =
      first_failure({require_valid("a", inputs.a), require_valid("b", inputs.b),
                     require_open_unit("level", inputs.level)});
  if (!valid) return valid.error();
  const std::array<GammaPosterior, 2> arms{inputs.a, inputs.b};
  const Result<BestOfK> best = best_of_gammas(
      arms, {.best_is = BestIs::kLargest, .precision = TailPrecision::kRelative});
  if (!best) return best.error();
  return GammaPoissonResult{.probability_b_beats_a = best->probability_best[1],
                            .expected_loss_choose_a = best->expected_loss[0],
                            .expected_loss_choose_b = best->expected_loss[1],
                            .credible_a = equal_tails(inputs.a, inputs.level),
                            .credible_b = equal_tails(inputs.b, inputs.level)};
}

}  // namespace converge::stats
