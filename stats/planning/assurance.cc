#include "stats/planning/assurance.h"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <vector>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// Where the pieces of the integral meet: around 0 for the power, around the mean for the prior.
std::vector<double> break_points(const AssurancePrior& prior, double scale, double low,
                                 double high) {
  std::vector<double> points{low, high, prior.mean};
  const double reach = std::max(std::abs(low), std::abs(high));
  const auto add = [&](double point) {
    if (point > low && point < high) points.push_back(point);
  };
  static constexpr int kDoublingsMax = 200;
  double distance = scale;
  for (int doubling = 0; doubling < kDoublingsMax && distance < reach; ++doubling) {
    add(distance);
    add(-distance);
    distance *= 2;
  }
  add(0);
  for (const double deviations : {1.0, 2.0, 4.0}) {
    add(prior.mean - deviations * prior.sd);
    add(prior.mean + deviations * prior.sd);
  }
  std::sort(points.begin(), points.end());
  return points;
}

}  // namespace

Result<double> assurance(const PowerOfEffect& power, const AssurancePrior& prior, double scale) {
  if (const Status valid =
          first_failure({require_finite("prior.mean", prior.mean),
                         require_positive("prior.sd", prior.sd), require_positive("scale", scale)});
      !valid) {
    return valid.error();
  }
  using Quadrature = boost::math::quadrature::gauss_kronrod<double, 31>;
  static constexpr double kDeviationsMax = 9;  // beyond lies 1e-19 of the prior
  const double low = prior.mean - kDeviationsMax * prior.sd;
  const double high = prior.mean + kDeviationsMax * prior.sd;
  const auto weighted = [&](double effect) {
    return power(effect) * normal_density((effect - prior.mean) / prior.sd) / prior.sd;
  };
  const std::vector<double> points = break_points(prior, scale, low, high);
  double total = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (points[i] > points[i - 1]) {
      total += Quadrature::integrate(weighted, points[i - 1], points[i], 0U);
    }
  }
  if (std::isnan(total)) {
    return Error{Errc::kInvalidArgument, "power: expected a number at every effect"};
  }
  return std::clamp(total, 0.0, 1.0);
}

}  // namespace converge::stats
