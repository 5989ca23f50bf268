#include "stats/bayes/beta_binomial.h"

#include <array>

#include "stats/bayes/best_of_k.h"
#include "stats/bayes/highest_density.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

BetaPosterior posterior_of(const BinomialCount& count, const BetaPrior& prior) {
  return {.alpha = prior.alpha + static_cast<double>(count.successes),
          .beta = prior.beta + static_cast<double>(count.trials - count.successes)};
}

Status check_inputs(const BetaBinomialInputs& inputs) {
  for (const double parameter : {inputs.prior.alpha, inputs.prior.beta}) {
    if (!(parameter >= kBetaPriorMin && parameter <= kBetaPriorMax)) {
      return Error{Errc::kInvalidArgument, "prior: expected parameters between 0.01 and 1e12"};
    }
  }
  return first_failure({require_successes("a", inputs.a.successes, inputs.a.trials),
                        require_successes("b", inputs.b.successes, inputs.b.trials),
                        require_open_unit("level", inputs.level)});
}

}  // namespace

Result<BetaBinomialResult> beta_binomial_comparison(const BetaBinomialInputs& inputs) {
  if (const Status valid = check_inputs(inputs); !valid) return valid.error();
  const std::array<BetaPosterior, 2> arms{posterior_of(inputs.a, inputs.prior),
                                          posterior_of(inputs.b, inputs.prior)};
  const Result<BestOfK> best =
      best_of_betas(arms, {.best_is = BestIs::kLargest, .precision = TailPrecision::kRelative});
  if (!best) return best.error();
  const Result<Interval> credible_a = equal_tailed_interval(arms[0], inputs.level);
  const Result<Interval> credible_b = equal_tailed_interval(arms[1], inputs.level);
  if (!credible_a) return credible_a.error();
  if (!credible_b) return credible_b.error();
  return BetaBinomialResult{.probability_b_beats_a = best->probability_best[1],
                            .expected_loss_choose_a = best->expected_loss[0],
                            .expected_loss_choose_b = best->expected_loss[1],
                            .credible_a = *credible_a,
                            .credible_b = *credible_b};
}

}  // namespace converge::stats
