#include "stats/proportions/unconditional_exact.h"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <vector>

#include "stats/distributions.h"
#include "stats/domain.h"
#include "stats/proportions/hypergeometric.h"

namespace converge::stats {
namespace {

constexpr double kRelativeTie = 1e-10;  ///< equally extreme tables differ by rounding only

/// A set of tables: for i successes in a, those with j < below[i] or j >= from[i] in b.
struct Region {
  std::int64_t n_a;
  std::int64_t n_b;
  std::vector<std::int64_t> below;
  std::vector<std::int64_t> from;
};

std::size_t index(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// P(X = 0..n), from the mode outward so that neither end is lost.
std::vector<double> binomial_probabilities(std::int64_t n, double p) {
  std::vector<double> result(index(n) + 1);
  const std::int64_t mode =
      std::min(n, static_cast<std::int64_t>((static_cast<double>(n) + 1) * p));
  const double odds = p / (1 - p);
  result[index(mode)] = binomial_probability(mode, n, p);
  // What is left of 1e-300 cannot count, and subnormal numbers are slow.
  static constexpr double kNothing = 1e-300;
  for (std::int64_t k = mode; k < n && result[index(k)] > kNothing; ++k) {
    result[index(k + 1)] =
        result[index(k)] * odds * static_cast<double>(n - k) / static_cast<double>(k + 1);
  }
  for (std::int64_t k = mode; k > 0 && result[index(k)] > kNothing; --k) {
    result[index(k - 1)] =
        result[index(k)] / odds * static_cast<double>(k) / static_cast<double>(n - k + 1);
  }
  return result;
}

double probability(const Region& region, double p) {
  const std::vector<double> of_a = binomial_probabilities(region.n_a, p);
  const std::vector<double> of_b = binomial_probabilities(region.n_b, p);
  const std::size_t size = of_b.size();
  std::vector<double> less(size + 1);      // P(Y < j)
  std::vector<double> at_least(size + 1);  // P(Y >= j)
  for (std::size_t j = 0; j < size; ++j) less[j + 1] = less[j] + of_b[j];
  for (std::size_t j = size; j > 0; --j) at_least[j - 1] = at_least[j] + of_b[j - 1];
  double sum = 0;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    sum += of_a[i] * (less[index(region.below[i])] + at_least[index(region.from[i])]);
  }
  return sum;
}

/// The common proportion runs as sin^2(angle): standard errors have the same length everywhere.
double largest_probability(const Region& region) {
  static constexpr double kHalfPi = 1.5707963267948966192313216916398;
  const double total = static_cast<double>(region.n_a) + static_cast<double>(region.n_b);
  const int points = 64 + static_cast<int>(8 * std::sqrt(total));
  const double spacing = kHalfPi / points;
  const auto at = [&region](double angle) {
    const double sine = std::sin(angle);
    return probability(region, sine * sine);
  };
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(points) - 1);
  for (int i = 1; i < points; ++i) values.push_back(at(i * spacing));
  std::vector<std::size_t> peaks;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool is_peak = (i == 0 || values[i] >= values[i - 1]) &&
                         (i + 1 == values.size() || values[i] >= values[i + 1]);
    if (is_peak) peaks.push_back(i);
  }
  // Between points the curve rises by far less than the best peaks differ from the others.
  static constexpr std::size_t kRefined = 5;
  std::sort(peaks.begin(), peaks.end(),
            [&values](std::size_t i, std::size_t j) { return values[i] > values[j]; });
  if (peaks.size() > kRefined) peaks.resize(kRefined);
  double best = 0;
  for (const std::size_t peak : peaks) {
    const double angle = static_cast<double>(peak + 1) * spacing;
    static constexpr int kBits = 20;  // of the angle; the value is then exact to about 40
    const double left = std::max(angle - spacing, 1e-3 * spacing);
    const double right = std::min(angle + spacing, kHalfPi - 1e-3 * spacing);
    const auto [where, negative] = boost::math::tools::brent_find_minima(
        [&at](double x) { return -at(x); }, left, right, kBits);
    best = std::max({best, -negative, values[peak]});
  }
  return std::min(1.0, best);
}

/// Tables with Fisher's p_greater at most `limit`. It falls in j and rises in i: one staircase.
Region fisher_region(std::int64_t n_a, std::int64_t n_b, double limit) {
  Region region{n_a, n_b, std::vector<std::int64_t>(index(n_a) + 1), {}};
  std::int64_t j = 0;
  for (std::int64_t i = 0; i <= n_a; ++i) {
    while (j <= n_b && Hypergeometric(n_a, n_b, i + j).at_least(j) > limit * (1 + kRelativeTie)) {
      ++j;
    }
    region.from.push_back(j);
  }
  return region;
}

double boschloo_greater(const BinomialCount& a, const BinomialCount& b) {
  const double fisher = Hypergeometric(a, b).at_least(b.successes);
  if (fisher >= 1) return 1;
  return largest_probability(fisher_region(a.trials, b.trials, fisher));
}

/// The pooled z without the factor that all tables share; 0 without a success or without a failure.
double pooled_statistic(const BinomialCount& a, const BinomialCount& b) {
  const double successes = a.x() + b.x();
  const double failures = a.failures() + b.failures();
  if (successes == 0 || failures == 0) return 0;
  return (b.x() * a.n() - a.x() * b.n()) / std::sqrt(successes * failures);
}

/// Tables whose statistic is at least `limit` > 0. It rises in j and falls in i: one staircase.
std::vector<std::int64_t> pooled_staircase(std::int64_t n_a, std::int64_t n_b, double limit) {
  std::vector<std::int64_t> from;
  std::int64_t j = 0;
  for (std::int64_t i = 0; i <= n_a; ++i) {
    while (j <= n_b && pooled_statistic({i, n_a}, {j, n_b}) < limit * (1 - kRelativeTie)) ++j;
    from.push_back(j);
  }
  return from;
}

double barnard_greater(const BinomialCount& a, const BinomialCount& b) {
  const double observed = pooled_statistic(a, b);
  if (observed <= 0) return 1;  // the tables without a success count then, surely so at p = 0
  Region region{a.trials, b.trials, std::vector<std::int64_t>(index(a.trials) + 1),
                pooled_staircase(a.trials, b.trials, observed)};
  return largest_probability(region);
}

double barnard_two_sided(const BinomialCount& a, const BinomialCount& b) {
  const double observed = std::abs(pooled_statistic(a, b));
  if (observed == 0) return 1;
  Region region{a.trials, b.trials, {}, pooled_staircase(a.trials, b.trials, observed)};
  // The lower set is the upper one with successes and failures exchanged in both arms.
  for (auto from = region.from.rbegin(); from != region.from.rend(); ++from) {
    region.below.push_back(b.trials + 1 - *from);
  }
  return largest_probability(region);
}

Status check_inputs(const BinomialCount& a, const BinomialCount& b) {
  static constexpr std::int64_t kMostTrials = 10'000;
  if (Status valid =
          first_failure({require_binomial_count("a", a), require_binomial_count("b", b)});
      !valid) {
    return valid;
  }
  if (a.trials + b.trials > kMostTrials) {
    return Error{Errc::kTooLarge,
                 "trials: more than 10000 in both arms together; the Miettinen-Nurminen test has "
                 "no such limit"};
  }
  return {};
}

}  // namespace

Result<UnconditionalExact> boschloo_exact(const BinomialCount& a, const BinomialCount& b) {
  if (const Status valid = check_inputs(a, b); !valid) return valid.error();
  UnconditionalExact result;
  result.p_greater = boschloo_greater(a, b);
  result.p_less = boschloo_greater(b, a);
  result.p_two_sided = std::min(1.0, 2 * std::min(result.p_greater, result.p_less));
  return result;
}

Result<UnconditionalExact> barnard_exact(const BinomialCount& a, const BinomialCount& b) {
  if (const Status valid = check_inputs(a, b); !valid) return valid.error();
  return UnconditionalExact{.p_two_sided = barnard_two_sided(a, b),
                            .p_greater = barnard_greater(a, b),
                            .p_less = barnard_greater(b, a)};
}

}  // namespace converge::stats
