#include "stats/proportions/hypergeometric.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/deviance.h"

namespace converge::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

Hypergeometric::Hypergeometric(std::int64_t n_a, std::int64_t n_b, std::int64_t successes)
    : n_a_(n_a), n_b_(n_b), successes_(successes) {}

Hypergeometric::Hypergeometric(const BinomialCount& a, const BinomialCount& b)
    : Hypergeometric(a.trials, b.trials, a.successes + b.successes) {}

Hypergeometric Hypergeometric::swapped() const {
  return {n_b_, n_a_, successes_};
}

std::int64_t Hypergeometric::least() const {
  return std::max<std::int64_t>(0, successes_ - n_a_);
}

std::int64_t Hypergeometric::most() const {
  return std::min(n_b_, successes_);
}

double Hypergeometric::log_probability(std::int64_t x) const {
  if (x < least() || x > most()) return -kInfinity;
  if (least() == most()) return 0;  // exactly: there is no other outcome
  const auto n_a = static_cast<double>(n_a_);
  const auto n_b = static_cast<double>(n_b_);
  const auto successes = static_cast<double>(successes_);
  const double total = n_a + n_b;
  const double failures = total - successes;
  const auto count = static_cast<double>(x);
  // All four cells miss their expectation by the same amount, with alternating sign.
  const double deviation = difference_of_products(count, total, n_b, successes) / total;
  const struct {
    double count;
    double expected;
    double deviation;
  } cells[] = {{count, n_b * (successes / total), deviation},
               {n_b - count, n_b * (failures / total), -deviation},
               {successes - count, n_a * (successes / total), -deviation},
               {n_a - successes + count, n_a * (failures / total), deviation}};
  double result = log_factorial_remainder(n_a) + log_factorial_remainder(n_b) +
                  log_factorial_remainder(successes) + log_factorial_remainder(failures) -
                  log_factorial_remainder(total);
  for (const auto& cell : cells) {
    result -=
        log_factorial_remainder(cell.count) + deviance(cell.count, cell.expected, cell.deviation);
  }
  return result;
}

std::int64_t Hypergeometric::mode() const {
  const double guess = (static_cast<double>(n_b_) + 1) *
                       ((static_cast<double>(successes_) + 1) /
                        (static_cast<double>(n_a_) + static_cast<double>(n_b_) + 2));
  return std::clamp(static_cast<std::int64_t>(guess), least(), most());
}

/// P(X >= x) for x beyond the mode, where every term is smaller than the one before.
double Hypergeometric::outward_sum(std::int64_t x) const {
  double sum = 1;
  double term = 1;
  for (std::int64_t k = x; k < most(); ++k) {
    term *= static_cast<double>(n_b_ - k) / static_cast<double>(k + 1) *
            (static_cast<double>(successes_ - k) / static_cast<double>(n_a_ - successes_ + k + 1));
    sum += term;
    if (term < sum * std::numeric_limits<double>::epsilon() / 64) break;
  }
  return std::min(1.0, sum * std::exp(log_probability(x)));
}

double Hypergeometric::at_least(std::int64_t x) const {
  if (x <= least()) return 1;
  if (x > most()) return 0;
  if (x > mode()) return outward_sum(x);
  return 1 - swapped().outward_sum(successes_ - x + 1);
}

double Hypergeometric::at_most(std::int64_t x) const {
  return swapped().at_least(successes_ - x);
}

double Hypergeometric::no_likelier_than(std::int64_t x) const {
  // Outcomes of equal probability differ in rounding only, by far less than this.
  static constexpr double kEqual = 1e-10;
  const std::int64_t peak = mode();
  const double limit = log_probability(x) + kEqual;
  if (x == peak || log_probability(peak) <= limit) return 1;
  if (x < peak) return swapped().no_likelier_than(successes_ - x);
  // The largest outcome below the mode that is no likelier.
  std::int64_t no_likelier = least() - 1;
  std::int64_t likelier = peak;
  while (likelier - no_likelier > 1) {
    const std::int64_t middle = no_likelier + (likelier - no_likelier) / 2;
    (log_probability(middle) <= limit ? no_likelier : likelier) = middle;
  }
  return std::min(1.0, at_least(x) + at_most(no_likelier));
}

}  // namespace converge::stats
