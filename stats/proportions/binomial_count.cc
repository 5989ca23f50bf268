#include "stats/proportions/binomial_count.h"

#include <cmath>
#include <string>

#include "stats/domain.h"

namespace converge::stats {

double difference_of_products(double a, double d, double b, double c) {
  const double product = b * c;
  // The larger product first: exchanging the products changes the sign and no bit more.
  if (a * d < product) return -difference_of_products(b, c, a, d);
  // Kahan: the fused product returns what rounding took from b c.
  const double lost = std::fma(-b, c, product);
  return std::fma(a, d, -product) + lost;
}

double share_difference(const BinomialCount& a, const BinomialCount& b) {
  return difference_of_products(b.x(), a.n(), a.x(), b.n()) / (a.n() * b.n());
}

Status require_binomial_count(std::string_view arm, const BinomialCount& count) {
  static constexpr std::int64_t kMostTrials = 1'000'000'000'000;
  if (Status valid = require_successes(arm, count.successes, count.trials); !valid) {
    return valid;
  }
  if (count.trials == 0) {
    return Error{Errc::kInsufficientData, std::string(arm) + ": no trials"};
  }
  if (count.trials > kMostTrials) {
    return Error{Errc::kTooLarge, std::string(arm) + ": more than 1e12 trials"};
  }
  return {};
}

Status require_comparison(const BinomialCount& a, const BinomialCount& b, double alpha) {
  return first_failure({require_binomial_count("a", a), require_binomial_count("b", b),
                        require_open_unit("alpha", alpha)});
}

}  // namespace converge::stats
