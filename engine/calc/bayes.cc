#include <string>
#include <vector>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/bayes/behrens_fisher.h"
#include "stats/bayes/best_of_k.h"
#include "stats/bayes/beta_binomial.h"
#include "stats/bayes/gamma_poisson.h"
#include "stats/bayes/highest_density.h"
#include "stats/bayes/normal_inverse_gamma.h"
#include "stats/bayes/zero_inflated.h"

namespace converge::calc {
namespace {

constexpr double kLevel = 0.95;  // named in the outputs: ci95

/// Bounds of the narrowest interval, null where it is not defined.
template <class Posterior>
Value narrowest(const Posterior& posterior) {
  const Result<stats::Interval> interval = stats::highest_density_interval(posterior, kLevel);
  return interval ? bounds(*interval) : Value();
}

Result<Value> beta_binomial_ab(Inputs inputs) {
  const stats::BetaBinomialInputs arms{
      .a = {.successes = inputs.count("x_a"), .trials = inputs.count("n_a")},
      .b = {.successes = inputs.count("x_b"), .trials = inputs.count("n_b")},
      .prior = {.alpha = inputs.number("prior_alpha"), .beta = inputs.number("prior_beta")},
      .level = kLevel};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::BetaBinomialResult> result = stats::beta_binomial_comparison(arms);
  if (!result) return result.error();
  const auto posterior = [&](const stats::BinomialCount& count) {
    return stats::BetaPosterior{
        arms.prior.alpha + static_cast<double>(count.successes),
        arms.prior.beta + static_cast<double>(count.trials - count.successes)};
  };
  return Value::object({{"prob_b_beats_a", figure(result->probability_b_beats_a)},
                        {"expected_loss_choose_a", figure(result->expected_loss_choose_a)},
                        {"expected_loss_choose_b", figure(result->expected_loss_choose_b)},
                        {"ci95_a", bounds(result->credible_a)},
                        {"ci95_b", bounds(result->credible_b)},
                        {"hdi95_a", narrowest(posterior(arms.a))},
                        {"hdi95_b", narrowest(posterior(arms.b))}});
}

Result<Value> gamma_poisson_ab(Inputs inputs) {
  const stats::GammaPoissonInputs arms{
      .a = {inputs.number("posterior_shape_a"), inputs.number("posterior_rate_a")},
      .b = {inputs.number("posterior_shape_b"), inputs.number("posterior_rate_b")},
      .level = kLevel};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::GammaPoissonResult> result = stats::gamma_poisson_comparison(arms);
  if (!result) return result.error();
  return Value::object({{"prob_b_beats_a", figure(result->probability_b_beats_a)},
                        {"expected_loss_choose_a", figure(result->expected_loss_choose_a)},
                        {"expected_loss_choose_b", figure(result->expected_loss_choose_b)},
                        {"ci95_a", bounds(result->credible_a)},
                        {"ci95_b", bounds(result->credible_b)},
                        {"hdi95_a", narrowest(arms.a)},
                        {"hdi95_b", narrowest(arms.b)}});
}

Result<Value> gamma_poisson_posterior(Inputs inputs) {
  const stats::GammaPosterior prior{inputs.number("prior_shape"), inputs.number("prior_rate")};
  const std::int64_t events = inputs.count("events");
  const double exposure = inputs.number("exposure");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto posterior = stats::gamma_poisson_posterior(prior, events, exposure);
  if (!posterior) return posterior.error();
  return Value::object(
      {{"posterior_shape", figure(posterior->shape)}, {"posterior_rate", figure(posterior->rate)}});
}

Result<Value> normal_inverse_gamma_posterior(Inputs inputs) {
  const stats::NormalInverseGamma prior{.location = inputs.number_or("prior_location", 0),
                                        .mean_weight = inputs.number_or("prior_mean_weight", 0),
                                        .variance_shape = inputs.number_or("prior_shape", -0.5),
                                        .variance_scale = inputs.number_or("prior_scale", 0)};
  const stats::NormalSample sample{
      .n = inputs.count("n"), .mean = inputs.number("mean"), .variance = inputs.number("variance")};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto posterior = stats::normal_inverse_gamma_posterior(prior, sample);
  if (!posterior) return posterior.error();
  const auto marginal = stats::marginal_of_mean(*posterior);
  if (!marginal) return marginal.error();
  return Value::object({{"posterior_location", figure(posterior->location)},
                        {"posterior_mean_weight", figure(posterior->mean_weight)},
                        {"posterior_shape", figure(posterior->variance_shape)},
                        {"posterior_scale", figure(posterior->variance_scale)},
                        {"loc", figure(marginal->location)},
                        {"scale", figure(marginal->scale)},
                        {"df", figure(marginal->dof)}});
}

Result<Value> normal_unknown_variance_ab(Inputs inputs) {
  const stats::BehrensFisherInputs arms{
      .a = {inputs.number("loc_a"), inputs.number("scale_a"), inputs.number("df_a")},
      .b = {inputs.number("loc_b"), inputs.number("scale_b"), inputs.number("df_b")},
      .level = kLevel};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto result = stats::behrens_fisher_difference(arms);
  if (!result) return result.error();
  return Value::object({{"prob_b_beats_a", figure(result->probability_b_beats_a)},
                        {"expected_loss_choose_a", figure(result->expected_loss_choose_a)},
                        {"expected_loss_choose_b", figure(result->expected_loss_choose_b)},
                        {"difference", figure(result->estimate)},
                        {"difference_ci95", bounds(result->interval)}});
}

stats::BestOfKOptions best_of_k_options(Inputs& inputs) {
  const std::string best_is = inputs.text_or("best_is", "largest");
  if (best_is != "largest" && best_is != "smallest") {
    inputs.refuse("best_is", "\"largest\" or \"smallest\"");
  }
  return {.best_is = best_is == "smallest" ? stats::BestIs::kSmallest : stats::BestIs::kLargest,
          .precision = stats::TailPrecision::kAbsolute};
}

Result<Value> best_of_k_outputs(const Result<stats::BestOfK>& result,
                                const stats::BestOfKOptions& options) {
  if (!result) return result.error();
  const char* name = options.best_is == stats::BestIs::kLargest ? "expected_max" : "expected_min";
  return Value::object({{"prob_best", figures(result->probability_best)},
                        {name, figure(result->expected_best)},
                        {"expected_loss_each", figures(result->expected_loss)}});
}

/// Posteriors from parallel lists of their parameters.
template <class Posterior>
std::vector<Posterior> zipped(Inputs& inputs, std::string_view first_name,
                              std::string_view second_name) {
  const std::vector<double> first = inputs.numbers(first_name);
  const std::vector<double> second = inputs.numbers(second_name);
  if (first.size() != second.size()) inputs.refuse(second_name, "as many as of the other list");
  std::vector<Posterior> posteriors;
  for (std::size_t i = 0; i < first.size() && i < second.size(); ++i) {
    posteriors.push_back({first[i], second[i]});
  }
  return posteriors;
}

Result<Value> prob_best_of_k_beta(Inputs inputs) {
  const stats::BestOfKOptions options = best_of_k_options(inputs);
  std::vector<stats::BetaPosterior> posteriors;
  for (const std::vector<double>& row : inputs.number_rows("alpha_beta")) {
    if (row.size() != 2) {
      inputs.refuse("alpha_beta", "pairs of numbers");
      break;
    }
    posteriors.push_back({row[0], row[1]});
  }
  if (const Status read = inputs.status(); !read) return read.error();
  return best_of_k_outputs(stats::best_of_betas(posteriors, options), options);
}

Result<Value> prob_best_of_k_normal(Inputs inputs) {
  const stats::BestOfKOptions options = best_of_k_options(inputs);
  const auto posteriors = zipped<stats::NormalPosterior>(inputs, "mean", "sd");
  if (const Status read = inputs.status(); !read) return read.error();
  return best_of_k_outputs(stats::best_of_normals(posteriors, options), options);
}

Result<Value> prob_best_of_k_gamma(Inputs inputs) {
  const stats::BestOfKOptions options = best_of_k_options(inputs);
  const auto posteriors = zipped<stats::GammaPosterior>(inputs, "shape", "rate");
  if (const Status read = inputs.status(); !read) return read.error();
  return best_of_k_outputs(stats::best_of_gammas(posteriors, options), options);
}

Result<Value> prob_best_of_k_student_t(Inputs inputs) {
  const stats::BestOfKOptions options = best_of_k_options(inputs);
  auto posteriors = zipped<stats::StudentPosterior>(inputs, "loc", "scale");
  const std::vector<double> dof = inputs.numbers("df");
  if (dof.size() != posteriors.size()) inputs.refuse("df", "as many as of \"loc\"");
  if (const Status read = inputs.status(); !read) return read.error();
  for (std::size_t i = 0; i < dof.size(); ++i) posteriors[i].dof = dof[i];
  return best_of_k_outputs(stats::best_of_students(posteriors, options), options);
}

stats::MeanValuePosterior mean_value_posterior(Inputs inputs) {
  const std::string kind = inputs.text("kind");
  if (kind == "lognormal") {
    return stats::LognormalPosterior{inputs.number("location"), inputs.number("scale")};
  }
  if (kind == "gamma") {
    return stats::GammaPosterior{inputs.number("shape"), inputs.number("rate")};
  }
  if (kind == "inverse_gamma") {
    return stats::InverseGammaPosterior{inputs.number("shape"), inputs.number("scale")};
  }
  inputs.refuse("kind", "\"lognormal\", \"gamma\" or \"inverse_gamma\"");
  return {};
}

stats::ZeroInflatedArm zero_inflated_arm(Inputs inputs) {
  return {.conversion = {inputs.number("alpha"), inputs.number("beta")},
          .value = mean_value_posterior(inputs.object("value"))};
}

Result<Value> zero_inflated_ab(Inputs inputs) {
  const stats::ZeroInflatedArm a = zero_inflated_arm(inputs.object("a"));
  const stats::ZeroInflatedArm b = zero_inflated_arm(inputs.object("b"));
  if (const Status read = inputs.status(); !read) return read.error();
  const auto result = stats::zero_inflated_comparison(a, b);
  if (!result) return result.error();
  return Value::object({{"prob_b_beats_a", figure(result->probability_b_beats_a)},
                        {"expected_loss_choose_a", figure(result->expected_loss_choose_a)},
                        {"expected_loss_choose_b", figure(result->expected_loss_choose_b)},
                        {"mean_a", figure(result->mean_a)},
                        {"mean_b", figure(result->mean_b)}});
}

constexpr Method kMethods[] = {
    {"beta_binomial_ab", "two proportions with a Beta prior", beta_binomial_ab},
    {"gamma_poisson_ab", "two Poisson rates by their Gamma posteriors", gamma_poisson_ab},
    {"gamma_poisson_posterior", "Gamma posterior of a Poisson rate", gamma_poisson_posterior},
    {"normal_inverse_gamma_posterior", "mean and variance of a normal, and the mean's marginal",
     normal_inverse_gamma_posterior},
    {"normal_unknown_variance_ab", "difference of two Student-t posteriors (Behrens-Fisher)",
     normal_unknown_variance_ab},
    {"prob_best_of_k_beta", "which of k Beta posteriors is best", prob_best_of_k_beta},
    {"prob_best_of_k_gamma", "which of k Gamma posteriors is best", prob_best_of_k_gamma},
    {"prob_best_of_k_normal", "which of k normal posteriors is best", prob_best_of_k_normal},
    {"prob_best_of_k_student_t", "which of k Student-t posteriors is best",
     prob_best_of_k_student_t},
    {"zero_inflated_ab", "two zero-inflated means: Beta conversion times mean value",
     zero_inflated_ab},
};

}  // namespace

std::span<const Method> bayes_methods() {
  return kMethods;
}

}  // namespace converge::calc
