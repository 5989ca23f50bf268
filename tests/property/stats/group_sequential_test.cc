// What must hold for every schedule of looks and every spending function.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "samples.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/repeated_inference.h"
#include "stats/group_sequential/spending_bounds.h"
#include "stats/group_sequential/stagewise_inference.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double any_alpha() {
  return *rc::gen::element(0.2, 0.1, 0.05, 0.025, 0.01, 0.001, 0.00001);
}

SpendingPlan any_plan() {
  const auto family =
      *rc::gen::element(SpendingFamily::kObrienFleming, SpendingFamily::kPocock,
                        SpendingFamily::kKimDeMets, SpendingFamily::kHwangShihDeCani);
  const double parameter = family == SpendingFamily::kKimDeMets ? *rc::gen::inRange(1, 50) / 10.0
                                                                : *rc::gen::inRange(-80, 40) / 10.0;
  return {.function = {family, parameter},
          .alpha = any_alpha(),
          .sides = *rc::gen::element(Sides::kOne, Sides::kTwo)};
}

/// Uneven looks, some of them close together, the last one at 1.
std::vector<double> any_fractions(int least_looks) {
  const int looks = *rc::gen::inRange(least_looks, 13);
  std::vector<double> steps;
  steps.reserve(static_cast<std::size_t>(looks));
  double sum = 0;
  for (int k = 0; k < looks; ++k) {
    steps.push_back(*rc::gen::element(0.001, 0.03, 0.2, 1.0) * *rc::gen::inRange(1, 100));
    sum += steps.back();
  }
  std::vector<double> fractions;
  fractions.reserve(steps.size());
  double reached = 0;
  for (const double step : steps) fractions.push_back((reached += step) / sum);
  fractions.back() = 1;
  return fractions;
}

struct Bounds {
  std::vector<double> lower;
  std::vector<double> upper;
};

Bounds bounds_of(const std::vector<SpentLook>& looks, Sides sides) {
  Bounds bounds;
  for (const SpentLook& look : looks) {
    bounds.upper.push_back(look.bound);
    bounds.lower.push_back(sides == Sides::kTwo ? -look.bound : -kInfinity);
  }
  return bounds;
}

CrossingProbabilities crossing_of(const std::vector<double>& information, const Bounds& bounds,
                                  double drift) {
  const auto result = crossing_probabilities(information, bounds.lower, bounds.upper, drift);
  RC_ASSERT(result.has_value());
  return *result;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

std::vector<SpentLook> looks_of(const SpendingPlan& plan, const std::vector<double>& fractions) {
  const auto looks = spending_bounds(plan, fractions);
  RC_ASSERT(looks.has_value());
  return *looks;
}

}  // namespace

TEST_CASE("Any schedule spends exactly alpha, and at each look what the function allows") {
  rc::prop("spending", [] {
    const SpendingPlan plan = any_plan();
    const std::vector<double> fractions = any_fractions(1);
    const std::vector<SpentLook> looks = looks_of(plan, fractions);
    const CrossingProbabilities crossing = crossing_of(fractions, bounds_of(looks, plan.sides), 0);
    double crossed = 0;
    for (std::size_t k = 0; k < looks.size(); ++k) {
      crossed += crossing.upper[k] + crossing.lower[k];
      RC_ASSERT(close(crossed, looks[k].spent, 1e-7) || std::abs(crossed - looks[k].spent) < 1e-9);
      RC_ASSERT(looks[k].spent <= alpha_spent(plan, fractions[k]));
      RC_ASSERT((k == 0 || looks[k].spent >= looks[k - 1].spent));  // a bare || asks both sides
      if (plan.sides == Sides::kTwo) RC_ASSERT(close(crossing.upper[k], crossing.lower[k], 1e-8));
    }
    RC_ASSERT(looks.back().spent == plan.alpha);
  });
}

TEST_CASE("One look after the other gives the bounds of the whole schedule, in any unit") {
  rc::prop("incremental", [] {
    const SpendingPlan plan = any_plan();
    const std::vector<double> fractions = any_fractions(1);
    const double planned = std::pow(10.0, *rc::gen::inRange(-9, 10));
    const std::vector<SpentLook> looks = looks_of(plan, fractions);
    std::vector<SpentLook> past;
    for (std::size_t k = 0; k < fractions.size(); ++k) {
      const auto next = next_bound(plan, past,
                                   {.information = fractions[k] * planned,
                                    .planned_information = planned,
                                    .kind = LookKind::kInterim});
      RC_ASSERT(next.has_value());
      RC_ASSERT(std::isinf(next->bound) == std::isinf(looks[k].bound));
      RC_ASSERT(std::isinf(next->bound) || std::abs(next->bound - looks[k].bound) < 1e-7);
      past.push_back(*next);
    }
  });
}

TEST_CASE("A look that is skipped leaves its error to the next one, never more") {
  rc::prop("skipping", [] {
    const SpendingPlan plan = any_plan();
    const std::vector<double> fractions = any_fractions(3);
    const std::vector<SpentLook> looks = looks_of(plan, fractions);
    const auto skipped =
        static_cast<std::size_t>(*rc::gen::inRange<std::size_t>(0, fractions.size() - 1));
    // The bounds stay those of the full schedule, the look is not held: less is spent.
    Bounds held = bounds_of(looks, plan.sides);
    const CrossingProbabilities all = crossing_of(fractions, held, 0);
    held.upper[skipped] = kInfinity;
    held.lower[skipped] = -kInfinity;
    const CrossingProbabilities less = crossing_of(fractions, held, 0);
    RC_ASSERT(sum(less.upper) <= sum(all.upper) + 1e-9);
    // The schedule without it spends alpha as well.
    std::vector<double> fewer = fractions;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(skipped));
    RC_ASSERT(looks_of(plan, fewer).back().spent == plan.alpha);
  });
}

TEST_CASE("O'Brien-Fleming bounds fall from look to look where looks are equally spaced") {
  rc::prop("falling", [] {
    const SpendingPlan plan{{SpendingFamily::kObrienFleming, 0},
                            *rc::gen::element(0.05, 0.025, 0.01),
                            *rc::gen::element(Sides::kOne, Sides::kTwo)};
    const int count = *rc::gen::inRange(2, 60);
    std::vector<double> fractions;
    for (int k = 1; k <= count; ++k) fractions.push_back(static_cast<double>(k) / count);
    const std::vector<SpentLook> looks = looks_of(plan, fractions);
    for (std::size_t k = 1; k < looks.size(); ++k) {
      RC_ASSERT(looks[k].bound < looks[k - 1].bound || std::isinf(looks[k].bound));
    }
  });
}

TEST_CASE("Crossing probabilities mirror with bounds and drift, and all paths end once at most") {
  rc::prop("mirror", [] {
    const std::vector<double> fractions = any_fractions(1);
    Bounds bounds;
    Bounds mirror;
    for (std::size_t k = 0; k < fractions.size(); ++k) {
      bounds.lower.push_back(*rc::gen::element(-kInfinity, -3.0, -1.0, 0.3));
      bounds.upper.push_back(*rc::gen::element(kInfinity, 4.0, 2.0, 0.7));
      mirror.lower.push_back(-bounds.upper.back());
      mirror.upper.push_back(-bounds.lower.back());
    }
    const double drift = *rc::gen::inRange(-50, 50) / 10.0;
    const CrossingProbabilities there = crossing_of(fractions, bounds, drift);
    const CrossingProbabilities back = crossing_of(fractions, mirror, -drift);
    for (std::size_t k = 0; k < fractions.size(); ++k) {
      RC_ASSERT(std::abs(there.upper[k] - back.lower[k]) < 1e-12);
      RC_ASSERT(std::abs(there.lower[k] - back.upper[k]) < 1e-12);
    }
    RC_ASSERT(sum(there.upper) + sum(there.lower) <= 1 + 1e-8);
  });
}

TEST_CASE("Repeated inference: interval, p-value and bound give one verdict at every look") {
  rc::prop("one verdict", [] {
    const SpendingPlan plan = any_plan();
    const std::vector<double> fractions = any_fractions(1);
    const SpentLook look = looks_of(plan, fractions).back();
    const double z = *rc::gen::inRange(-600, 600) / 100.0;
    const double standard_error = std::pow(10.0, *rc::gen::inRange(-9, 10));
    const double beyond = plan.sides == Sides::kTwo ? std::abs(z) : z;
    RC_PRE(look.bound > 0 && std::abs(beyond - look.bound) > 1e-6);
    const auto interval = repeated_interval(z * standard_error, standard_error, look.bound, plan);
    RC_ASSERT(interval.has_value());
    const bool is_crossed = beyond > look.bound;
    RC_ASSERT((plan.sides == Sides::kTwo ? !interval->contains(0) : interval->lower > 0) ==
              is_crossed);
    const auto p = repeated_p_value({.function = plan.function,
                                     .sides = plan.sides,
                                     .information_fractions = fractions,
                                     .kind = LookKind::kInterim,
                                     .z = z});
    RC_ASSERT(p.has_value());
    RC_ASSERT((*p < plan.alpha) == is_crossed);
  });
}

TEST_CASE("Stage-wise inference mirrors, scales with the unit, and agrees with its interval") {
  rc::prop("stage-wise", [] {
    const SpendingPlan plan = any_plan();
    const std::vector<double> fractions = any_fractions(1);
    const std::vector<SpentLook> looks = looks_of(plan, fractions);
    const double unit = std::pow(10.0, *rc::gen::inRange(-9, 10));
    const double z = *rc::gen::inRange(-500, 500) / 100.0;
    StoppedTest test{.passed = {}, .information = 1, .estimate = z, .standard_error = 1};
    StoppedTest mirror{
        .passed = {}, .information = 1, .estimate = -z * unit, .standard_error = unit};
    for (std::size_t k = 0; k + 1 < looks.size(); ++k) {
      const double lower = plan.sides == Sides::kTwo ? -looks[k].bound : -kInfinity;
      test.passed.push_back({fractions[k], lower, looks[k].bound});
      mirror.passed.push_back({fractions[k], -looks[k].bound, -lower});
    }
    const double alpha = any_alpha();
    const auto there = stagewise_inference(test, alpha);
    const auto back = stagewise_inference(mirror, alpha);
    RC_ASSERT(there.has_value() && back.has_value());
    RC_ASSERT(close(there->p_greater, back->p_less, 1e-7));
    RC_ASSERT(std::abs(there->median_unbiased + back->median_unbiased / unit) < 1e-6);
    RC_ASSERT(std::abs(there->interval.lower + back->interval.upper / unit) < 1e-5);
    RC_ASSERT(there->interval.lower < there->median_unbiased);
    RC_ASSERT(there->median_unbiased < there->interval.upper);
    RC_ASSERT(std::abs(there->p_greater + there->p_less - 1) < 1e-8);
    if (!close(there->p_two_sided, alpha, 1e-5)) {
      RC_ASSERT(!there->interval.contains(0) == (there->p_two_sided < alpha));
    }
  });
}

}  // namespace converge::stats
