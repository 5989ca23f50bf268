#include "tests/calibration/uniform_boundaries.h"

#include <cmath>
#include <functional>
#include <string>

#include "stats/distributions.h"
#include "stats/sequential/beta_binomial_mixture.h"
#include "stats/sequential/betting_cs.h"
#include "stats/sequential/gamma_mixture.h"
#include "stats/sequential/normal_mixture.h"
#include "stats/sequential/stitching.h"
#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/random.h"

namespace converge::calibration {
namespace {

using stats::MixtureTuning;

constexpr int kLength = 2000;
/// A bound that cannot be crossed is the largest sum there is: reaching it is no crossing.
constexpr double kRounding = 1e-9;
constexpr double kRare = 0.05;  ///< of the Bernoulli increments
constexpr double kVariance = kRare * (1 - kRare);
constexpr double kPoissonMean = 0.2;

/// Increments with intrinsic time `variance` each, and the boundary at intrinsic time v.
struct Walk {
  std::string name;
  std::function<double(Random&)> increment;
  double variance;
  std::function<double(double v)> upper;
  bool is_two_sided;
  Expectation expectation = Expectation::kWithinLimit;
};

MixtureTuning tuning(double variance) {
  return {.v_opt = 0.5 * kLength * variance, .alpha_opt = kAlpha};
}

double bernoulli_increment(Random& random) {
  return (random.bernoulli(kRare) ? 1.0 : 0.0) - kRare;
}

std::vector<Walk> walks() {
  const auto normal = [](Random& random) { return random.normal(); };
  return {
      {"normal mixture, normal sums, two-sided", normal, 1,
       [](double v) {
         return *stats::normal_mixture_bound_two_sided(v, {kAlpha, tuning(1)});
       },
       true},
      {"normal mixture, normal sums, one-sided", normal, 1,
       [](double v) {
         return *stats::normal_mixture_bound_one_sided(v, {kAlpha, tuning(1)});
       },
       false},
      {"polynomial stitching, normal sums, one-sided", normal, 1,
       [](double v) {
         return *stats::poly_stitching_bound(
             v, {.alpha = kAlpha, .v_min = 10, .c = 0, .s = 1.4, .eta = 2});
       },
       false},
      {"gamma-exponential mixture, exponential sums, one-sided",
       [](Random& random) { return random.exponential() - 1; }, 1,
       [](double v) {
         return *stats::gamma_exponential_bound(v, {kAlpha, {.c = 1, .tuning = tuning(1)}});
       },
       false},
      {"gamma-Poisson mixture, Poisson sums, one-sided",
       [](Random& random) {
         return static_cast<double>(random.poisson(kPoissonMean)) - kPoissonMean;
       },
       kPoissonMean,
       [](double v) {
         return *stats::gamma_poisson_bound(v, {kAlpha, {.c = 1, .tuning = tuning(kPoissonMean)}});
       },
       false},
      {"beta-binomial mixture, Bernoulli sums, one-sided", bernoulli_increment, kVariance,
       [](double v) {
         return *stats::beta_binomial_bound_one_sided(
             v, {kAlpha, {.g = kRare, .h = 1 - kRare, .tuning = tuning(kVariance)}});
       },
       false},
      {"normal quantile at every look, normal sums", normal, 1,
       [](double v) { return stats::normal_upper_quantile(kAlpha / 2) * std::sqrt(v); }, true,
       Expectation::kBeyondLimit}};
}

Count crossings(const Walk& walk, int runs) {
  std::vector<double> upper;
  for (int t = 1; t <= kLength; ++t) upper.push_back(walk.upper(t * walk.variance));
  Count count{walk.name, runs, 0, kAlpha, walk.expectation};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of(walk.name.c_str(), run));
    double sum = 0;
    for (const double bound : upper) {
      sum += walk.increment(random);
      if ((walk.is_two_sided ? std::abs(sum) : sum) > bound + kRounding) {
        ++count.errors;
        break;
      }
    }
  }
  return count;
}

Count bernoulli_sequence(int runs) {
  static constexpr int kEvery = 20;
  Count count{"beta-binomial confidence sequence, Bernoulli .05", runs};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of(count.name.c_str(), run));
    std::int64_t successes = 0;
    for (int n = kEvery; n <= kLength; n += kEvery) {
      successes += random.binomial(kEvery, kRare);
      const auto interval =
          stats::bernoulli_cs({.successes = static_cast<double>(successes), .n = n},
                              {.alpha = kAlpha, .t_opt = kLength / 2.0, .alpha_opt = kAlpha});
      if (!interval->contains(kRare)) {
        ++count.errors;
        break;
      }
    }
  }
  return count;
}

/// Whether the true mean is ever refuted. Values in [0, 1]: a tenth of the units has any.
Count betting_sequence(int runs) {
  static constexpr int kValues = 500;
  static constexpr int kEvery = 20;
  static constexpr double kBuyers = 0.2;
  Count count{"hedged betting sequence, zero-inflated values in [0, 1]", runs};
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of(count.name.c_str(), run));
    std::vector<double> values;
    while (static_cast<int>(values.size()) < kValues) {
      for (int i = 0; i < kEvery; ++i) {
        const double spend = std::pow(random.uniform(), 3);  // mean 1/4
        values.push_back(random.bernoulli(kBuyers) ? spend : 0);
      }
      const auto capital = stats::hedged_capital(
          values, kBuyers / 4, {.alpha = kAlpha, .share_up = 0.5, .truncation = 0.5});
      if (*capital >= -std::log(kAlpha)) {
        ++count.errors;
        break;
      }
    }
  }
  return count;
}

}  // namespace

std::vector<Count> uniform_boundaries(int runs) {
  std::vector<Count> counts;
  for (const Walk& walk : walks()) counts.push_back(crossings(walk, runs));
  counts.push_back(bernoulli_sequence(runs));
  counts.push_back(betting_sequence(runs));
  return counts;
}

}  // namespace converge::calibration
