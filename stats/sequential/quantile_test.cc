#include "stats/sequential/quantile_test.h"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stats/domain.h"
#include "stats/sequential/beta_binomial_mixture.h"

namespace converge::stats {
namespace {

struct Point {
  double value;
  double weight;  ///< of a unit: 1, or the share of one of its events
};

/// Convex in the share of values at or below the quantile.
Result<double> mixture_of_share(double share, double n, const QuantileTestOptions& options) {
  const double q = options.quantile;
  return beta_binomial_mixture_two_sided(
      {.s = (share - q) * n, .v = q * (1 - q) * n},
      {.g = q,
       .h = 1 - q,
       .tuning = {.v_opt = q * (1 - q) * options.t_opt, .alpha_opt = options.alpha_opt}});
}

/// The log mixture of one arm as a function of a supposed common quantile x.
class Arm {
 public:
  Arm(std::vector<Point> points, double n, const QuantileTestOptions& options)
      : n_(n), options_(options) {
    std::sort(points.begin(), points.end(),
              [](const Point& left, const Point& right) { return left.value < right.value; });
    values_.reserve(points.size());
    below_or_at_.reserve(points.size());
    double sum = 0;
    for (const Point& point : points) {
      sum += point.weight;
      values_.push_back(point.value);
      below_or_at_.push_back(std::min(sum / n, 1.0));
    }
    static constexpr int kBits = 26;  // half of a double's: a minimum is flat
    least_ = boost::math::tools::brent_find_minima([this](double share) { return mixture(share); },
                                                   0.0, 1.0, kBits)
                 .first;
  }

  /// The smallest mixture over the shares that x may stand for: with ties at x, any between the
  /// share below x and the share up to x.
  double at(double x) const { return mixture(std::clamp(least_, share_below(x), share_up_to(x))); }

  const std::vector<double>& values() const { return values_; }

 private:
  double share_below(double x) const {
    return share_before(std::lower_bound(values_.begin(), values_.end(), x) - values_.begin());
  }
  double share_up_to(double x) const {
    return share_before(std::upper_bound(values_.begin(), values_.end(), x) - values_.begin());
  }
  double share_before(std::ptrdiff_t count) const {
    return count == 0 ? 0 : below_or_at_[static_cast<std::size_t>(count - 1)];
  }

  double mixture(double share) const {
    return *mixture_of_share(share, n_, options_);  // the arguments were checked before
  }

  double n_;
  QuantileTestOptions options_;
  std::vector<double> values_;
  std::vector<double> below_or_at_;
  double least_ = 0;
};

/// The sum of the arms changes at values only and is smallest at one of them, because there either
/// arm may choose its share from a range. Of two arms, one falls and the other rises between the
/// values that suit them best, so that all values are candidates, but no others.
QuantileTest test_of(const Arm& a, const Arm& b) {
  double least = std::min(a.at(b.values().front()) + b.at(b.values().front()),
                          a.at(a.values().front()) + b.at(a.values().front()));
  for (const Arm* arm : {&a, &b}) {
    const std::vector<double>& values = arm->values();
    for (std::size_t i = 1; i < values.size(); ++i) {
      if (values[i] != values[i - 1]) least = std::min(least, a.at(values[i]) + b.at(values[i]));
    }
  }
  return {least, least > 0 ? std::exp(-least) : 1.0};
}

Status check_options(const QuantileTestOptions& options) {
  Status valid = first_failure({require_open_unit("quantile", options.quantile),
                                require_positive("t_opt", options.t_opt),
                                require_open_unit("alpha_opt", options.alpha_opt)});
  if (!valid) return valid;
  for (const double share : {0.0, 1.0}) {  // a quantile too near to 0 or 1 for any mixture
    if (const Result<double> log_e = mixture_of_share(share, 1, options); !log_e) {
      return log_e.error().within("quantile");
    }
  }
  return {};
}

Status check_values(std::string_view name, std::span<const double> values) {
  if (values.empty()) return Error{Errc::kInsufficientData, std::string(name) + ": no values"};
  for (const double value : values) {
    if (Status finite = require_finite(name, value); !finite) return finite;
  }
  return {};
}

Arm arm_of(std::span<const double> values, const QuantileTestOptions& options) {
  std::vector<Point> points;
  points.reserve(values.size());
  for (const double value : values) points.push_back({value, 1});
  return Arm(std::move(points), static_cast<double>(values.size()), options);
}

Arm arm_of(const ClusteredValues& clustered, const QuantileTestOptions& options) {
  std::unordered_map<std::int64_t, std::int64_t> events;
  for (const std::int64_t unit : clustered.units) ++events[unit];
  std::vector<Point> points;
  points.reserve(clustered.values.size());
  for (std::size_t i = 0; i < clustered.values.size(); ++i) {
    points.push_back({clustered.values[i], 1 / static_cast<double>(events[clustered.units[i]])});
  }
  return Arm(std::move(points), static_cast<double>(events.size()), options);
}

}  // namespace

Result<QuantileTest> quantile_test(std::span<const double> values_a,
                                   std::span<const double> values_b,
                                   const QuantileTestOptions& options) {
  const Status valid = first_failure(
      {check_options(options), check_values("a", values_a), check_values("b", values_b)});
  if (!valid) return valid.error();
  return test_of(arm_of(values_a, options), arm_of(values_b, options));
}

Result<QuantileTest> quantile_test_clustered(const ClusteredValues& a, const ClusteredValues& b,
                                             const QuantileTestOptions& options) {
  const Status valid = first_failure(
      {check_options(options), check_values("a", a.values), check_values("b", b.values)});
  if (!valid) return valid.error();
  if (a.values.size() != a.units.size() || b.values.size() != b.units.size()) {
    return Error{Errc::kInvalidArgument, "units: expected one per value"};
  }
  return test_of(arm_of(a, options), arm_of(b, options));
}

}  // namespace converge::stats
