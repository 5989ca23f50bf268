#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/bayes/best_of_k.h"
#include "stats/bayes/quadrature.h"

namespace converge::stats {

/// What the integrals need of one posterior at one point.
struct PosteriorPoint {
  double density = 0;
  double below = 0;  ///< P(X <= x), not 1 - above
  double above = 0;
};

/// The stretch where a posterior is neither 0 nor 1.
struct Zone {
  double lower = 0;
  double upper = 0;
};

/// Integrates over the distribution of the largest of independent posteriors.
/// Inputs   posteriors on one shared scale t, on which each is smooth: zone(), step(t) (a panel
///          on which it is nearly a polynomial), at(t), mean(), shortfall(t) = E max(x(t) - X,
///          0), tail_excess(t) = E max(X - x(t), 0) beyond its zone, 0 where negligible; slope(t)
///          = dx/dt.
/// Output   every integrand is positive, so what is small is small without cancellation: P(i is
///          best) = int f_i prod_{j != i} F_j dt, loss_i = E max_j X_j - E X_i = int F_i (1 -
///          prod_{j != i} F_j) x'(t) dt.
/// Assumes  at least one posterior.
/// Errors   none; unsound arguments make figures that are not finite.
/// Cost     O(k) per node, 21 nodes per panel, about (7 to 10) panels per distinct scale.
/// Source   definition; product and its complement by prefixes and suffixes.
/// Checked  with best_of_k.
template <class Posterior, class Slope>
class BestOfQuadrature {
 public:
  BestOfQuadrature(const std::vector<Posterior>& posteriors, Slope slope)
      : posteriors_(posteriors), slope_(slope), points_(posteriors.size()) {
    before_.resize(posteriors.size() + 1);
  }

  BestOfK run() {
    const std::size_t k = posteriors_.size();
    const std::vector<double> breaks = march();
    const PanelIntegrals integrals =
        integrate_panels(breaks, 2 * k, [this](double t, std::span<double> out) { fill(t, out); });
    BestOfK result;
    double probability_sum = 0;
    std::vector<double> raw(k);
    for (std::size_t i = 0; i < k; ++i) probability_sum += raw[i] = integrals.total(i);
    double tail_sum = 0;
    for (const Posterior& posterior : posteriors_) tail_sum += posterior.tail_excess(breaks.back());
    for (std::size_t i = 0; i < k; ++i) {
      result.probability_best.push_back(raw[i] / probability_sum);
      result.expected_loss.push_back(integrals.total(k + i) +
                                     posteriors_[i].shortfall(breaks.front()) + tail_sum -
                                     posteriors_[i].tail_excess(breaks.back()));
    }
    const auto least = std::min_element(result.expected_loss.begin(), result.expected_loss.end());
    result.expected_best =
        posteriors_[static_cast<std::size_t>(least - result.expected_loss.begin())].mean() + *least;
    return result;
  }

 private:
  /// The probability that everything stays below t, and its complement, over a range of posteriors.
  struct Product {
    double below = 1;
    double above = 0;
    Product and_also(const PosteriorPoint& point) const {
      return {below * point.below, above + below * point.above};
    }
    Product and_also(const Product& other) const {
      return {below * other.below, above + below * other.above};
    }
  };

  /// Panels over the stretch where the maximum can lie, each no wider than the narrowest posterior
  /// that is still changing there.
  std::vector<double> march() const {
    double t = -std::numeric_limits<double>::infinity();
    double last = t;
    for (const Posterior& posterior : posteriors_) {
      t = std::max(t, posterior.zone().lower);
      last = std::max(last, posterior.zone().upper);
    }
    std::vector<double> breaks{t};
    while (t < last) {
      double next = last;
      for (const Posterior& posterior : posteriors_) {
        if (posterior.zone().upper <= t) continue;
        next = std::min(next, t + posterior.step(t));
      }
      static constexpr double kProgress = 16 * std::numeric_limits<double>::epsilon();
      t = std::max(next, t + kProgress * std::abs(t));
      breaks.push_back(t);
    }
    return breaks;
  }

  void fill(double t, std::span<double> out) {
    const std::size_t k = posteriors_.size();
    const double slope = slope_(t);
    before_[0] = Product{};
    for (std::size_t i = 0; i < k; ++i) {
      points_[i] = posteriors_[i].at(t);
      before_[i + 1] = before_[i].and_also(points_[i]);
    }
    Product after;
    for (std::size_t i = k; i-- > 0;) {
      const Product others = before_[i].and_also(after);
      out[i] = points_[i].density * others.below;
      out[k + i] = points_[i].below * others.above * slope;
      after = after.and_also(points_[i]);
    }
  }

  const std::vector<Posterior>& posteriors_;
  Slope slope_;
  std::vector<PosteriorPoint> points_;
  std::vector<Product> before_;
};

}  // namespace converge::stats
