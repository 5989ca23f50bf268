#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

/// Deterministic integration of several smooth functions at once, panel by panel.
/// Inputs   rising breaks between which the functions are smooth at the scale of a panel; a
///          function that writes its components at x.
/// Output   the integral of each component over each final panel, in order.
/// Assumes  integrands that are positive and analytic: the figures then hold to about 1e-13 of
///          each component's total.
/// Errors   none; a component that is not finite makes its total so.
/// Cost     21 calls of the function per panel; panels are halved where the embedded rule
///          disagrees.
/// Source   Gauss-Kronrod pair (10, 21): Piessens et al. (1983) QUADPACK.
/// Checked  unit/stats/best_of_k_test.cc.
namespace converge::stats {

inline constexpr std::size_t kKronrodPoints = 21;

struct KronrodNode {
  double x = 0;  ///< on [-1, 1]
  double weight = 0;
  double embedded_weight = 0;  ///< of the 10-point Gauss rule, 0 where it has no node
};

const std::array<KronrodNode, kKronrodPoints>& kronrod_nodes();

struct Panel {
  double lower = 0;
  double upper = 0;
};

struct PanelIntegrals {
  std::vector<Panel> panels;
  std::vector<double> values;  ///< panels.size() rows of `components`
  std::size_t components = 0;

  double value(std::size_t panel, std::size_t component) const {
    return values[panel * components + component];
  }
  double total(std::size_t component) const {
    double sum = 0;
    for (std::size_t panel = 0; panel < panels.size(); ++panel) sum += value(panel, component);
    return sum;
  }
};

/// When the 10-point and the 21-point rule agree well enough to leave a panel whole.
struct Agreement {
  double of_total = 0;  ///< disagreement as a share of the component's total over all panels,
  double of_panel = 0;  ///< or of its value on the panel itself
  int halvings_max = 0;
};

/// The 21-point rule is exact to about the power 1.6 of what separates it from the 10-point one.
inline constexpr Agreement kTotalsAgree{.of_total = 1e-9, .of_panel = 0, .halvings_max = 30};
/// For tables, of which the 10-point rule alone is used on parts of panels, deep in the tails too.
inline constexpr Agreement kPanelsAgree{.of_total = 1e-300, .of_panel = 1e-11, .halvings_max = 8};

template <class Function>
class PanelIntegrator {
 public:
  PanelIntegrator(std::size_t components, const Agreement& agreement, Function& function)
      : components_(components),
        agreement_(agreement),
        function_(function),
        scale_(components, 0.0),
        point_(components),
        result_{{}, {}, components} {}

  PanelIntegrals over(std::span<const double> breaks) {
    std::vector<Estimate> first;
    for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
      first.push_back(estimate({breaks[i], breaks[i + 1]}));
      for (std::size_t c = 0; c < components_; ++c) scale_[c] += std::abs(first.back().kronrod[c]);
    }
    for (const Estimate& panel : first) accept_or_halve(panel, 0);
    return std::move(result_);
  }

 private:
  struct Estimate {
    Panel panel;
    std::vector<double> kronrod;
    std::vector<double> gauss;
  };

  Estimate estimate(const Panel& panel) {
    Estimate sum{panel, std::vector<double>(components_), std::vector<double>(components_)};
    const double half = (panel.upper - panel.lower) / 2;
    const double middle = panel.lower + half;
    for (const KronrodNode& node : kronrod_nodes()) {
      function_(middle + half * node.x, std::span<double>(point_));
      for (std::size_t c = 0; c < components_; ++c) {
        sum.kronrod[c] += half * node.weight * point_[c];
        sum.gauss[c] += half * node.embedded_weight * point_[c];
      }
    }
    return sum;
  }

  bool agrees(const Estimate& sum) const {
    for (std::size_t c = 0; c < components_; ++c) {
      const double allowed =
          std::max(agreement_.of_total * scale_[c], agreement_.of_panel * std::abs(sum.kronrod[c]));
      if (std::abs(sum.kronrod[c] - sum.gauss[c]) > allowed) return false;
    }
    return true;
  }

  void accept_or_halve(const Estimate& sum, int depth) {
    const double middle = sum.panel.lower + (sum.panel.upper - sum.panel.lower) / 2;
    const bool is_divisible = sum.panel.lower < middle && middle < sum.panel.upper;
    if (agrees(sum) || depth == agreement_.halvings_max || !is_divisible) {
      result_.panels.push_back(sum.panel);
      result_.values.insert(result_.values.end(), sum.kronrod.begin(), sum.kronrod.end());
      return;
    }
    accept_or_halve(estimate({sum.panel.lower, middle}), depth + 1);
    accept_or_halve(estimate({middle, sum.panel.upper}), depth + 1);
  }

  std::size_t components_;
  Agreement agreement_;
  Function& function_;
  std::vector<double> scale_;
  std::vector<double> point_;
  PanelIntegrals result_;
};

/// `function(x, span)` writes `components` values.
template <class Function>
PanelIntegrals integrate_panels(std::span<const double> breaks, std::size_t components,
                                Function function) {
  return PanelIntegrator<Function>(components, kTotalsAgree, function).over(breaks);
}

/// Of one component.
template <class Function>
PanelIntegrals tabulate_panels(std::span<const double> breaks, Function function) {
  return PanelIntegrator<Function>(1, kPanelsAgree, function).over(breaks);
}

}  // namespace converge::stats
