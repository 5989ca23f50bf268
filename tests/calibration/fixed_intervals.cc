#include "tests/calibration/fixed_intervals.h"

#include <array>
#include <cmath>
#include <functional>
#include <optional>

#include "stats/adjustment/cuped.h"
#include "stats/means/relative_lift.h"
#include "stats/means/skew_corrected_t.h"
#include "stats/means/welch.h"
#include "stats/moments.h"
#include "stats/proportions/difference_closed_form.h"
#include "stats/proportions/one_proportion.h"
#include "stats/proportions/score_difference.h"
#include "tests/calibration/arm_sums.h"
#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/random.h"

namespace converge::calibration {
namespace {

using stats::BinomialCount;
using stats::ExactMoments;
using stats::Interval;
using stats::Sample;

/// One experiment: whether its interval holds the truth. None: the method gave a named error, which
/// counts as an error here, for these settings have enough data.
using Experiment = std::function<std::optional<bool>(Random&)>;

struct Setting {
  std::string name;
  Experiment experiment;
  Expectation expectation = Expectation::kWithinLimit;
};

std::optional<bool> holds(const Result<Interval>& interval, double truth) {
  if (!interval) return std::nullopt;
  return interval->contains(truth);
}

Sample sample_of(Random& random, int n, double (*value)(Random&)) {
  ArmSums sums;
  for (int i = 0; i < n; ++i) sums.add(value(random));
  return sums.sample();
}

double narrow(Random& random) {
  return 10 + random.normal();
}
double wide(Random& random) {
  return 10 + 5 * random.normal();
}
double exponential(Random& random) {
  return random.exponential();
}
double exponential_lifted(Random& random) {
  return 1.2 * random.exponential();
}
double lognormal_values(Random& random) {
  return random.lognormal(0, 1);
}

BinomialCount draw(Random& random, std::int64_t n, double p) {
  return {.successes = random.binomial(n, p), .trials = n};
}

/// Units differ in how many pages they view and in whether they click at all.
constexpr double kViewsMean = 3;
constexpr double kClickRateMean = 0.2;

struct Clicks {
  ExactMoments pairs;   ///< clicks and views of each unit
  BinomialCount views;  ///< the same without units
};

Clicks clicks_of(Random& random, int units) {
  Clicks all{{}, {.successes = 0, .trials = 0}};
  for (int i = 0; i < units; ++i) {
    const std::int64_t views = 1 + random.poisson((kViewsMean - 1) * random.exponential());
    const std::int64_t clicks =
        random.binomial(views, random.bernoulli(0.5) ? 2 * kClickRateMean : 0);
    all.pairs.add(clicks, views);
    all.views.successes += clicks;
    all.views.trials += views;
  }
  return all;
}

std::optional<bool> ratio_by_delta_method(Random& random) {
  const auto a = stats::ratio_sample_of(clicks_of(random, 1000).pairs, 0, 0);
  const auto b = stats::ratio_sample_of(clicks_of(random, 1000).pairs, 0, 0);
  if (!a || !b) return std::nullopt;
  const auto test = stats::welch(*a, *b, {.alpha = kAlpha});
  if (!test) return std::nullopt;
  return test->interval.contains(0);
}

/// The negative control: page views as if they were independent trials.
std::optional<bool> ratio_of_independent_views(Random& random) {
  const BinomialCount a = clicks_of(random, 1000).views;
  const BinomialCount b = clicks_of(random, 1000).views;
  return holds(stats::newcombe_difference(a, b, {.alpha = kAlpha}), 0);
}

/// Outcome = habit + noise + effect, covariate = habit + noise, in hundredths.
constexpr double kEffect = 0.3;

std::optional<bool> cuped_interval(Random& random) {
  std::array<stats::JointSample, 2> arms;
  for (std::size_t arm = 0; arm < arms.size(); ++arm) {
    ExactMoments moments;
    const int units = arm == 0 ? 400 : 150;
    for (int i = 0; i < units; ++i) {
      const double habit = random.exponential();
      const double outcome = habit + 0.5 * random.normal() + (arm == 1 ? kEffect : 0);
      moments.add(std::llround(100 * outcome), std::llround(100 * (habit + 0.5 * random.normal())));
    }
    const auto sample = stats::joint_sample_of(moments, -2, -2);
    if (!sample) return std::nullopt;
    arms[arm] = *sample;
  }
  const auto adjusted = stats::cuped(
      arms, {.coefficients = stats::coefficients_by_size(arms), .ridge = stats::kCupedRidge});
  if (!adjusted) return std::nullopt;
  const auto difference = stats::adjusted_difference(*adjusted, 0, 1);
  if (!difference) return std::nullopt;
  const auto test = stats::t_test(*difference, stats::WelchOptions{.alpha = kAlpha});
  if (!test) return std::nullopt;
  return test->interval.contains(kEffect);
}

std::optional<bool> fieller_interval(Random& random) {
  const Sample a = sample_of(random, 300, exponential);
  const Sample b = sample_of(random, 300, exponential_lifted);
  const auto lift = stats::welch_relative_lift(a, b, {.alpha = kAlpha});
  if (!lift || !lift->relative || !lift->relative->interval) return std::nullopt;
  return lift->relative->interval->contains(0.2);
}

std::optional<bool> skew_corrected(Random& random) {
  const Sample a = sample_of(random, 200, exponential);
  const Sample b = sample_of(random, 2000, exponential);
  const auto test = stats::skew_corrected_t(a, b, {.alpha = kAlpha});
  if (!test) return std::nullopt;
  return test->test.interval.contains(0);
}

std::optional<bool> welch_interval(Random& random, int n_a, double (*a)(Random&), int n_b,
                                   double (*b)(Random&)) {
  const auto test =
      stats::welch(sample_of(random, n_a, a), sample_of(random, n_b, b), {.alpha = kAlpha});
  if (!test) return std::nullopt;
  return test->interval.contains(0);
}

std::vector<Setting> proportion_settings() {
  const stats::ProportionComparisonOptions options{.alpha = kAlpha};
  return {
      {"Wilson, 300 units at .1",
       [](Random& r) { return holds(stats::wilson_interval(draw(r, 300, 0.1), {kAlpha}), 0.1); }},
      {"Clopper-Pearson, 40 units at .05",
       [](Random& r) {
         return holds(stats::clopper_pearson_interval(draw(r, 40, 0.05), {kAlpha}), 0.05);
       }},
      {"Newcombe, 150 units at .1 and 100 at .15",
       [options](Random& r) {
         const BinomialCount a = draw(r, 150, 0.10);
         return holds(stats::newcombe_difference(a, draw(r, 100, 0.15), options), 0.05);
       }},
      {"Miettinen-Nurminen, 150 units at .1 and 100 at .15",
       [options](Random& r) -> std::optional<bool> {
         const BinomialCount a = draw(r, 150, 0.10);
         const auto score = stats::miettinen_nurminen_difference(a, draw(r, 100, 0.15), options);
         if (!score) return std::nullopt;
         return score->interval.contains(0.05);
       }},
      {"normal interval of a proportion, 50 units at .02",
       [](Random& r) {
         return holds(stats::normal_proportion_interval(draw(r, 50, 0.02), {kAlpha}), 0.02);
       },
       Expectation::kBeyondLimit}};
}

std::vector<Setting> mean_settings() {
  return {
      {"Welch, normal values, 15 and 40 units, variances 1 and 25",
       [](Random& r) { return welch_interval(r, 15, narrow, 40, wide); }},
      {"Welch, lognormal 1, 1,000 units each",
       [](Random& r) { return welch_interval(r, 1000, lognormal_values, 1000, lognormal_values); }},
      {"skew-corrected t, exponential values, 200 and 2,000 units", skew_corrected},
      {"ratio by the delta method, 1,000 units each", ratio_by_delta_method},
      {"Fieller's relative lift, exponential values, 300 units each", fieller_interval},
      {"CUPED, skewed values, 400 and 150 units", cuped_interval},
      {"ratio with page views as independent trials", ratio_of_independent_views,
       Expectation::kBeyondLimit}};
}

}  // namespace

std::vector<Count> fixed_intervals(int runs) {
  std::vector<Setting> settings = proportion_settings();
  for (Setting& setting : mean_settings()) settings.push_back(std::move(setting));
  std::vector<Count> counts;
  for (const Setting& setting : settings) {
    Count count{setting.name, runs, 0, kAlpha, setting.expectation};
    for (int run = 0; run < runs; ++run) {
      Random random(seed_of(setting.name.c_str(), run));
      if (!setting.experiment(random).value_or(false)) ++count.errors;
    }
    counts.push_back(count);
  }
  return counts;
}

}  // namespace converge::calibration
