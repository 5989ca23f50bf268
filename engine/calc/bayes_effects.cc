#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/bayes/effect_estimate.h"
#include "stats/bayes/highest_density.h"
#include "stats/bayes/normal_effect.h"
#include "stats/bayes/student_t_effect.h"

namespace converge::calc {
namespace {

/// Sample variance from sums, with the rounding errors of sum^2 / n carried along.
double variance_of_sums(double n, double sum, double sum_squares) {
  const double mean = sum / n;
  const double remainder = std::fma(-mean, n, sum);
  const double square = sum * mean;
  const double square_error = std::fma(sum, mean, -square) + sum * (remainder / n);
  return std::max(0.0, ((sum_squares - square) - square_error) / (n - 1));
}

/// One arm by its sums. A proportion's variance is p (1 - p).
stats::ArmSummary arm_summary(Inputs arm, const std::string& type) {
  const std::int64_t count = arm.count("n");
  const double sum = arm.number("sum");
  const auto n = static_cast<double>(count);
  if (type == "proportion") {
    if (!(sum >= 0 && sum <= n)) arm.refuse("sum", "0 to n for a proportion");
    const double p = count > 0 ? sum / n : 0;
    return {.n = count, .mean = p, .variance = p * (1 - p)};
  }
  const double sum_squares = arm.number("sum_squares");
  if (count < 2) return {.n = count, .mean = 0, .variance = 0};
  return {.n = count, .mean = sum / n, .variance = variance_of_sums(n, sum, sum_squares)};
}

stats::EffectPrior effect_prior(Inputs prior) {
  prior.ignore("scale");
  const double mean = prior.number("mean");
  const double variance = prior.number("variance");
  if (!prior.flag_or("proper", true)) return {};
  if (!(variance > 0)) prior.refuse("variance", "a number above 0");
  return stats::NormalPosterior{mean, std::sqrt(variance)};
}

struct Rope {
  stats::RopeBounds bounds;
  double threshold = 0;
};

std::optional<Rope> optional_rope(Inputs inputs) {
  if (!inputs.has("rope")) return {};
  Inputs rope = inputs.object("rope");
  return Rope{{rope.number("lower"), rope.number("upper")}, rope.number_or("threshold", 0.95)};
}

/// Student's t where it was asked for and differs from the normal.
bool student_is_asked(Inputs inputs) {
  const std::string likelihood = inputs.text_or("likelihood", "normal");
  if (likelihood != "normal" && likelihood != "student_t") {
    inputs.refuse("likelihood", "\"normal\" or \"student_t\"");
  }
  return likelihood == "student_t";
}

enum class Likelihood { kNormal, kStudentT };

Result<stats::EffectFigures> effect_figures(const stats::EstimateWithDof& estimate,
                                            Likelihood likelihood, const stats::EffectPrior& prior,
                                            const stats::EffectOptions& options) {
  if (likelihood == Likelihood::kStudentT && estimate.dof < stats::kStudentEffectDofMax) {
    return stats::student_t_effect(estimate.effect, estimate.dof, prior, options);
  }
  return stats::normal_effect(estimate.effect, prior, options);
}

Result<Value> rope_outputs(const stats::RopeProbabilities& probabilities, double threshold) {
  const Result<stats::RopeVerdict> verdict = stats::rope_verdict(probabilities, threshold);
  if (!verdict) return verdict.error();
  return Value::object({{"below", figure(probabilities.below)},
                        {"inside", figure(probabilities.inside)},
                        {"above", figure(probabilities.above)},
                        {"verdict", Value::string(stats::name_of(*verdict))}});
}

enum class Wanted { kIncrease, kDecrease };

/// Risk is the loss of choosing control, then of choosing treatment.
Result<Value> effect_outputs(const stats::EffectFigures& figures, Wanted wanted,
                             const std::optional<Rope>& rope) {
  const bool increase = wanted == Wanted::kIncrease;
  Value rope_value;
  if (rope) {
    const Result<Value> outputs = rope_outputs(*figures.rope, rope->threshold);
    if (!outputs) return outputs.error();
    rope_value = *outputs;
  }
  const double risk_control =
      increase ? figures.expected_loss_choose_a : figures.expected_loss_choose_b;
  const double risk_treatment =
      increase ? figures.expected_loss_choose_b : figures.expected_loss_choose_a;
  return Value::object({{"chance_to_win", figure(increase ? figures.probability_positive
                                                          : figures.probability_negative)},
                        {"expected", figure(figures.mean)},
                        {"ci", bounds(figures.interval)},
                        {"risk", Value::array({figure(risk_control), figure(risk_treatment)})},
                        {"stddev", figure(figures.sd)},
                        {"rope", rope_value}});
}

enum class Scale { kAbsolute, kRelative };

/// The prior is of the relative effect; the absolute one is it times |mean of control|.
stats::EffectPrior on_absolute_scale(const stats::EffectPrior& prior, double control_mean) {
  if (!prior) return prior;
  const double unit = std::abs(control_mean);
  return stats::NormalPosterior{prior->mean * unit, prior->sd * unit};
}

Result<Value> bayes_effect(Inputs inputs, Scale scale) {
  const std::string type = inputs.text("type");
  if (type != "proportion" && type != "mean") inputs.refuse("type", "\"proportion\" or \"mean\"");
  const stats::ArmSummary a = arm_summary(inputs.object("a"), type);
  const stats::ArmSummary b = arm_summary(inputs.object("b"), type);
  const Wanted wanted = inputs.flag_or("inverse", false) ? Wanted::kDecrease : Wanted::kIncrease;
  const double alpha = inputs.number("alpha");
  const char* named = scale == Scale::kRelative ? "relative" : "absolute";
  if (inputs.text_or("difference", named) != named) inputs.refuse("difference", named);
  stats::EffectPrior prior;
  if (inputs.has("prior")) prior = effect_prior(inputs.object("prior"));
  const std::optional<Rope> rope = optional_rope(inputs);
  const Likelihood likelihood =
      student_is_asked(inputs) ? Likelihood::kStudentT : Likelihood::kNormal;
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::EstimateWithDof> estimate =
      scale == Scale::kRelative ? stats::relative_effect(a, b) : stats::absolute_effect(a, b);
  if (!estimate) return estimate.error();
  if (scale == Scale::kAbsolute) prior = on_absolute_scale(prior, a.mean);
  stats::EffectOptions options{.level = 1 - alpha, .rope = {}};
  if (rope) options.rope = rope->bounds;
  const auto figures = effect_figures(*estimate, likelihood, prior, options);
  if (!figures) return figures.error();
  return effect_outputs(*figures, wanted, rope);
}

Result<Value> bayes_effect_relative(Inputs inputs) {
  return bayes_effect(std::move(inputs), Scale::kRelative);
}

Result<Value> bayes_effect_absolute(Inputs inputs) {
  return bayes_effect(std::move(inputs), Scale::kAbsolute);
}

/// The effect as an estimate with its standard error, and Student t where dof is given and below
/// 100.
Result<Value> bayes_effect_from_estimate(Inputs inputs) {
  const stats::EffectEstimate effect{inputs.number("estimate"), inputs.number("standard_error")};
  const std::optional<double> dof = inputs.optional_number("dof");
  stats::EffectPrior prior;
  if (inputs.has("prior")) prior = effect_prior(inputs.object("prior"));
  const double alpha = inputs.number("alpha");
  const Wanted wanted = inputs.flag_or("inverse", false) ? Wanted::kDecrease : Wanted::kIncrease;
  const std::optional<Rope> rope = optional_rope(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  stats::EffectOptions options{.level = 1 - alpha, .rope = {}};
  if (rope) options.rope = rope->bounds;
  const auto figures = effect_figures(
      {effect, dof.value_or(0)}, dof ? Likelihood::kStudentT : Likelihood::kNormal, prior, options);
  if (!figures) return figures.error();
  return effect_outputs(*figures, wanted, rope);
}

template <class Posterior>
Result<Value> intervals_of(const Posterior& posterior, double level) {
  const Result<stats::Interval> narrowest = stats::highest_density_interval(posterior, level);
  if (!narrowest) return narrowest.error();
  const Result<stats::Interval> equal_tails = stats::equal_tailed_interval(posterior, level);
  if (!equal_tails) return equal_tails.error();
  return Value::object({{"hdi", bounds(*narrowest)}, {"equal_tails", bounds(*equal_tails)}});
}

Result<Value> credible_interval_beta(Inputs inputs) {
  const stats::BetaPosterior posterior{inputs.number("alpha"), inputs.number("beta")};
  const double level = inputs.number("level");
  if (const Status read = inputs.status(); !read) return read.error();
  return intervals_of(posterior, level);
}

Result<Value> credible_interval_gamma(Inputs inputs) {
  const stats::GammaPosterior posterior{inputs.number("shape"), inputs.number("rate")};
  const double level = inputs.number("level");
  if (const Status read = inputs.status(); !read) return read.error();
  return intervals_of(posterior, level);
}

Result<Value> credible_interval_lognormal(Inputs inputs) {
  const stats::LognormalPosterior posterior{inputs.number("location"), inputs.number("scale")};
  const double level = inputs.number("level");
  if (const Status read = inputs.status(); !read) return read.error();
  return intervals_of(posterior, level);
}

constexpr Method kMethods[] = {
    {"bayes_effect_absolute", "difference of means with a normal prior", bayes_effect_absolute},
    {"bayes_effect_from_estimate",
     "effect by its standard error, normal or Student t, with a prior", bayes_effect_from_estimate},
    {"bayes_effect_relative", "relative lift with a normal prior", bayes_effect_relative},
    {"credible_interval_beta", "highest-density and equal-tailed interval", credible_interval_beta},
    {"credible_interval_gamma", "highest-density and equal-tailed interval",
     credible_interval_gamma},
    {"credible_interval_lognormal", "highest-density and equal-tailed interval",
     credible_interval_lognormal},
};

}  // namespace

std::span<const Method> bayes_effect_methods() {
  return kMethods;
}

}  // namespace converge::calc
