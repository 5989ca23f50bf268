// What must hold for every correction: order, monotony, the closure that Hommel's rule stands for,
// and intervals that agree with their p values.
#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "samples.h"
#include "stats/multiplicity/holm.h"
#include "stats/multiplicity/holm_sidak.h"
#include "stats/multiplicity/hommel.h"
#include "stats/multiplicity/intervals.h"
#include "stats/multiplicity/single_step.h"
#include "stats/multiplicity/step_up.h"

namespace converge::stats {
namespace {

using Adjust = Result<std::vector<double>> (*)(std::span<const double>);

constexpr Adjust kAll[] = {bonferroni_adjusted,
                           sidak_adjusted,
                           holm_adjusted,
                           holm_sidak_adjusted,
                           hochberg_adjusted,
                           hommel_adjusted,
                           benjamini_hochberg_adjusted,
                           benjamini_yekutieli_adjusted};

std::vector<double> any_p_values(int most) {
  std::vector<double> p;
  const int count = *rc::gen::inRange(1, most + 1);
  for (int i = 0; i < count; ++i) {
    const double mantissa = *rc::gen::inRange(1, 1001) / 1000.0;
    p.push_back(mantissa * std::pow(10.0, *rc::gen::element(0, 0, 0, -1, -2, -4, -290)));
  }
  return p;
}

/// Simes' p of the hypotheses whose bits are set.
double simes(const std::vector<double>& p, unsigned subset) {
  std::vector<double> chosen;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if ((subset >> i & 1U) != 0) chosen.push_back(p[i]);
  }
  std::sort(chosen.begin(), chosen.end());
  double smallest = 1;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    smallest = std::min(
        smallest, static_cast<double>(chosen.size()) * chosen[i] / static_cast<double>(i + 1));
  }
  return smallest;
}

std::vector<Estimate> any_estimates() {
  std::vector<Estimate> estimates;
  const int count = *rc::gen::inRange(1, 8);
  for (int i = 0; i < count; ++i) {
    Estimate estimate;
    estimate.standard_error = *rc::gen::inRange(1, 1000) / 100.0;
    estimate.value = estimate.standard_error * *rc::gen::inRange(-500, 500) / 100.0;
    if (*rc::gen::arbitrary<bool>()) estimate.dof = *rc::gen::inRange(2, 500);
    estimates.push_back(estimate);
  }
  return estimates;
}

}  // namespace

TEST_CASE("Corrections: never below p, in the order of p, wherever a p stands") {
  rc::prop("order", [] {
    const std::vector<double> p = any_p_values(12);
    std::vector<double> reversed(p.rbegin(), p.rend());
    for (const Adjust adjust : kAll) {
      const auto adjusted = adjust(p);
      const auto mirror = adjust(reversed);
      RC_ASSERT(adjusted.has_value() && mirror.has_value());
      for (std::size_t i = 0; i < p.size(); ++i) {
        RC_ASSERT((*adjusted)[i] >= p[i] * (1 - 1e-12));
        RC_ASSERT((*adjusted)[i] <= 1);
        RC_ASSERT((*adjusted)[i] == (*mirror)[p.size() - 1 - i]);
        for (std::size_t j = 0; j < p.size(); ++j) {
          if (p[i] < p[j]) RC_ASSERT((*adjusted)[i] <= (*adjusted)[j]);
        }
      }
    }
  });
}

TEST_CASE("Corrections: the sharper procedure is never above the blunter one") {
  rc::prop("Hommel <= Hochberg <= Holm <= Bonferroni, BH <= Hommel, BH <= BY", [] {
    const std::vector<double> p = any_p_values(12);
    const auto hommel = hommel_adjusted(p);
    const auto hochberg = hochberg_adjusted(p);
    const auto holm = holm_adjusted(p);
    const auto bonferroni = bonferroni_adjusted(p);
    const auto bh = benjamini_hochberg_adjusted(p);
    const auto by = benjamini_yekutieli_adjusted(p);
    const auto holm_sidak = holm_sidak_adjusted(p);
    for (std::size_t i = 0; i < p.size(); ++i) {
      const double slack = 1 + 1e-12;
      RC_ASSERT((*hommel)[i] <= (*hochberg)[i] * slack);
      RC_ASSERT((*hochberg)[i] <= (*holm)[i] * slack);
      RC_ASSERT((*holm)[i] <= (*bonferroni)[i] * slack);
      RC_ASSERT((*holm_sidak)[i] <= (*holm)[i] * slack);
      RC_ASSERT((*bh)[i] <= (*hommel)[i] * slack);
      RC_ASSERT((*bh)[i] <= (*by)[i] * slack);
    }
  });
}

TEST_CASE("Hommel is the closed test by Simes' inequality") {
  rc::prop("closure", [] {
    const std::vector<double> p = any_p_values(6);
    const auto adjusted = hommel_adjusted(p);
    RC_ASSERT(adjusted.has_value());
    for (std::size_t i = 0; i < p.size(); ++i) {
      double largest = 0;
      for (unsigned subset = 1; subset < 1U << p.size(); ++subset) {
        if ((subset >> i & 1U) != 0) largest = std::max(largest, simes(p, subset));
      }
      RC_ASSERT(close((*adjusted)[i], largest, 1e-12));
    }
  });
}

TEST_CASE("Intervals agree with the p values of their adjustment and mirror") {
  using Intervals = Result<std::vector<AdjustedInterval>> (*)(std::span<const Estimate>, double);
  rc::prop("agreement", [] {
    const std::vector<Estimate> estimates = any_estimates();
    std::vector<Estimate> mirrored = estimates;
    for (Estimate& estimate : mirrored) estimate.value = -estimate.value;
    const double alpha = *rc::gen::element(0.2, 0.1, 0.05, 0.01);
    for (const Intervals make : {Intervals{bonferroni_intervals}, Intervals{holm_intervals}}) {
      const auto intervals = make(estimates, alpha);
      const auto mirror = make(mirrored, alpha);
      RC_ASSERT(intervals.has_value() && mirror.has_value());
      for (std::size_t i = 0; i < estimates.size(); ++i) {
        const AdjustedInterval& one = (*intervals)[i];
        RC_ASSERT(one.interval.lower == -(*mirror)[i].interval.upper);
        RC_ASSERT(one.interval.contains(estimates[i].value));
        if (close(one.p_adjusted, alpha, 1e-9)) continue;
        const bool open_at_zero = one.interval.lower >= 0 || one.interval.upper <= 0;
        RC_ASSERT(one.excludes_zero == open_at_zero);
      }
    }
  });
  rc::prop("selected intervals exclude 0", [] {
    const std::vector<Estimate> estimates = any_estimates();
    const auto intervals = false_coverage_rate_intervals(estimates, 0.1);
    RC_ASSERT(intervals.has_value());
    for (const AdjustedInterval& one : *intervals) {
      if (!one.excludes_zero || close(one.p_adjusted, 0.1, 1e-9)) continue;
      RC_ASSERT(!one.interval.contains(0));
      RC_ASSERT(one.interval.level >= 0.9 - 1e-12);
    }
  });
}

}  // namespace converge::stats
