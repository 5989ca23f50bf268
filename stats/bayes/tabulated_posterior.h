#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/bayes/best_of_quadrature.h"
#include "stats/bayes/quadrature.h"

namespace converge::stats {

/// The distribution function of a log-concave shape from its density alone: cumulative integrals
/// at the ends of panels, a Gauss rule from the nearest end to t. Unlike the incomplete beta and
/// gamma functions it costs the same, and stays right, for shapes from 0.01 to 1e12.
/// Inputs   a shape (log_concave_shapes.h); its place on the shared scale; how far its log
///          density may fall before it counts as 0.
/// Output   density, both tails and shortfall to about 1e-11 in relative terms, in the tails as
///          well.
/// Assumes  one peak, at local t = 0 or near it.
/// Cost     building some 500, each point some 10 evaluations of the log density.
/// Source   definition; PanelIntegrator.
/// Checked  unit/stats/best_of_k_test.cc against the incomplete beta function.
template <class Shape>
class TabulatedPosterior {
 public:
  TabulatedPosterior(const Shape& shape, double place, double log_density_drop)
      : shape_(shape), place_(place) {
    std::vector<double> left = fence(-1, log_density_drop);
    const std::vector<double> right = fence(1, log_density_drop);
    std::reverse(left.begin(), left.end());
    left.insert(left.end(), right.begin() + 1, right.end());
    const PanelIntegrals integrals =
        tabulate_panels(left, [this](double t, std::span<double> out) { out[0] = weight(t); });
    panels_ = integrals.panels;
    below_.assign(panels_.size() + 1, 0);
    above_.assign(panels_.size() + 1, 0);
    for (std::size_t i = 0; i < panels_.size(); ++i) {
      below_[i + 1] = below_[i] + integrals.value(i, 0);
    }
    for (std::size_t i = panels_.size(); i-- > 0;) {
      above_[i] = above_[i + 1] + integrals.value(i, 0);
    }
    total_ = below_.back();
  }

  Zone zone() const { return {place_ + panels_.front().lower, place_ + panels_.back().upper}; }
  double mean() const { return shape_.mean(); }
  double tail_excess(double) const { return 0; }

  double step(double t) const {
    static constexpr double kWidths = 2.5;
    static constexpr double kGrowth = 0.3;
    return kWidths * shape_.width() + kGrowth * std::abs(t - place_);
  }

  PosteriorPoint at(double t) const {
    const double local = t - place_;
    if (local <= panels_.front().lower) return {0, 0, 1};
    if (local >= panels_.back().upper) return {0, 1, 0};
    const std::size_t i = panel_of(local);
    const double density = weight(local) / total_;
    if (local < 0) {
      const double below =
          (below_[i] + gauss(panels_[i].lower, local, [this](double s) { return weight(s); })) /
          total_;
      return {density, below, 1 - below};
    }
    const double above =
        (above_[i + 1] + gauss(local, panels_[i].upper, [this](double s) { return weight(s); })) /
        total_;
    return {density, 1 - above, above};
  }

  double shortfall(double t) const {
    const double local = t - place_;
    const double value = shape_.value(local);
    double sum = 0;
    for (const Panel& panel : panels_) {
      if (panel.lower >= local) break;
      sum += gauss(panel.lower, std::min(panel.upper, local),
                   [&](double s) { return (value - shape_.value(s)) * weight(s); });
    }
    return std::max(0.0, sum / total_);
  }

 private:
  double weight(double local) const { return std::exp(shape_.log_density(local)); }

  /// Ends of panels from the peak outwards until the density is negligible.
  std::vector<double> fence(double direction, double log_density_drop) const {
    static constexpr double kWidths = 2;
    static constexpr double kGrowth = 0.3;
    std::vector<double> ends{0};
    while (shape_.log_density(ends.back()) > -log_density_drop) {
      ends.push_back(ends.back() +
                     direction * (kWidths * shape_.width() + kGrowth * std::abs(ends.back())));
    }
    return ends;
  }

  std::size_t panel_of(double local) const {
    const auto after =
        std::upper_bound(panels_.begin(), panels_.end(), local,
                         [](double value, const Panel& panel) { return value < panel.upper; });
    return static_cast<std::size_t>(after - panels_.begin());
  }

  template <class Function>
  static double gauss(double lower, double upper, Function function) {
    const double half = (upper - lower) / 2;
    double sum = 0;
    for (std::size_t i = 1; i < kKronrodPoints; i += 2) {
      const KronrodNode& node = kronrod_nodes()[i];
      sum += node.embedded_weight * function(lower + half + half * node.x);
    }
    return half * sum;
  }

  Shape shape_;
  double place_;
  std::vector<Panel> panels_;
  std::vector<double> below_;  ///< up to the lower end of each panel, not normalised
  std::vector<double> above_;  ///< from the lower end of each panel on
  double total_ = 0;
};

}  // namespace converge::stats
