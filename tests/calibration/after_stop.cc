#include "tests/calibration/after_stop.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "stats/distributions.h"
#include "stats/effects/shrinkage.h"
#include "stats/effects/winners_curse.h"
#include "stats/group_sequential/spending_bounds.h"
#include "stats/group_sequential/stagewise_inference.h"
#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/random.h"

namespace converge::calibration {
namespace {

constexpr double kDrift = 3;  ///< mean of Z at information 1

class Means {
 public:
  explicit Means(std::string name) { bias_.name = std::move(name); }

  void add(double naive, double corrected, double truth) {
    ++bias_.runs;
    naive_ += naive / truth;
    ratios_.push_back(corrected / truth);
    if (corrected > truth) ++bias_.above_truth;
  }
  StopBias result() {
    const double runs = bias_.runs;
    double sum = 0;
    double squares = 0;
    for (const double ratio : ratios_) {
      sum += ratio;
      squares += ratio * ratio;
    }
    bias_.naive = naive_ / runs;
    bias_.corrected = sum / runs;
    bias_.standard_error = std::sqrt((squares / runs - bias_.corrected * bias_.corrected) / runs);
    std::sort(ratios_.begin(), ratios_.end());
    bias_.median = ratios_[ratios_.size() / 2];
    return bias_;
  }

 private:
  StopBias bias_;
  double naive_ = 0;
  std::vector<double> ratios_;
};

/// The score process up to the look at which it stops; the effect is that per unit of information.
stats::StoppedTest stopped_test(Random& random, const std::vector<stats::SpentLook>& looks) {
  stats::StoppedTest test;
  double score = 0;
  double information = 0;
  for (const stats::SpentLook& look : looks) {
    const double step = look.information - information;
    information = look.information;
    score += kDrift * step + std::sqrt(step) * random.normal();
    const double z = score / std::sqrt(information);
    test.information = information;
    test.estimate = score / information;
    test.standard_error = 1 / std::sqrt(information);
    if (std::abs(z) >= look.bound || information >= 1) break;
    test.passed.push_back({information, -look.bound, look.bound});
  }
  return test;
}

void spending(const std::string& name, const stats::SpendingFunction& function, int looks, int runs,
              AfterStop& result) {
  std::vector<double> fractions;
  for (int i = 1; i <= looks; ++i) fractions.push_back(static_cast<double>(i) / looks);
  const auto bounds = stats::spending_bounds(
      {.function = function, .alpha = kAlpha, .sides = stats::Sides::kTwo}, fractions);
  Means means(name);
  Count count{"stage-wise interval, " + name, runs};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of(name.c_str(), run));
    const stats::StoppedTest test = stopped_test(random, *bounds);
    const auto inference = stats::stagewise_inference(test, kAlpha);
    if (!inference || !inference->interval.contains(kDrift)) ++count.errors;
    if (inference) means.add(test.estimate, inference->median_unbiased, kDrift);
  }
  result.biases.push_back(means.result());
  result.misses.push_back(count);
}

void one_look(int runs, AfterStop& result) {
  const double threshold = stats::normal_upper_quantile(kAlpha / 2);
  Means means("one look that crossed 1.96, corrected for the selection");
  Count count{"interval conditional on having crossed 1.96", 0};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of("one look", run));
    const double estimate = kDrift + random.normal();
    if (estimate <= threshold) continue;
    const auto corrected = stats::corrected_for_selection(
        {.estimate = estimate, .standard_error = 1, .threshold = threshold},
        stats::Selection::kUpper, kAlpha);
    ++count.runs;
    if (!corrected || !corrected->interval.contains(kDrift)) ++count.errors;
    if (corrected) means.add(estimate, corrected->median_unbiased, kDrift);
  }
  result.biases.push_back(means.result());
  result.misses.push_back(count);
}

/// Effects of many experiments, standard deviation 1.5 standard errors; those that crossed 1.96.
/// The truth differs from run to run, so sums are compared: mean estimate over mean truth.
void shrunk(int runs, AfterStop& result) {
  static constexpr double kSpread = 1.5;
  const double threshold = stats::normal_upper_quantile(kAlpha / 2);
  double naive = 0;
  double corrected = 0;
  double truth = 0;
  double squares = 0;
  StopBias bias{"effects that crossed 1.96, shrunk by the prior they came from"};
  Count count{"posterior interval of effects that crossed 1.96", 0};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of("shrunk", run));
    const double effect = kSpread * random.normal();
    const double estimate = effect + random.normal();
    if (estimate <= threshold) continue;
    const auto posterior = stats::shrunk_effect({.effect = estimate, .variance = 1},
                                                {.mean = 0, .standard_deviation = kSpread}, kAlpha);
    ++count.runs;
    if (!posterior->interval.contains(effect)) ++count.errors;
    ++bias.runs;
    naive += estimate;
    corrected += posterior->estimate;
    truth += effect;
    squares += (posterior->estimate - effect) * (posterior->estimate - effect);
    if (posterior->estimate > effect) ++bias.above_truth;
  }
  bias.naive = naive / truth;
  bias.corrected = corrected / truth;
  bias.median = bias.corrected;
  bias.standard_error = std::sqrt(squares) / truth;
  result.biases.push_back(bias);
  result.misses.push_back(count);
}

}  // namespace

AfterStop after_stop(int runs) {
  AfterStop result;
  spending("Lan-DeMets O'Brien-Fleming, 10 looks", {stats::SpendingFamily::kObrienFleming, 0}, 10,
           runs, result);
  spending("alpha spending t^3, 50 looks", {stats::SpendingFamily::kKimDeMets, 3}, 50, runs / 4,
           result);
  one_look(runs, result);
  shrunk(10 * runs, result);
  return result;
}

}  // namespace converge::calibration
