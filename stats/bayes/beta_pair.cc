#include "stats/bayes/beta_pair.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "stats/bayes/log_concave_shapes.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

constexpr std::size_t kNodes = 16;
constexpr double kLogDensityDrop = 38;  // beyond it a density is below 4e-17 of its peak

/// P_0 .. P_16 of Legendre at x.
std::array<double, kNodes + 1> legendre(double x) {
  std::array<double, kNodes + 1> p{1, x};
  for (std::size_t k = 1; k < kNodes; ++k) {
    const auto order = static_cast<double>(k);
    p[k + 1] = ((2 * order + 1) * x * p[k] - order * p[k - 1]) / (order + 1);
  }
  return p;
}

/// The rule on [-1, 1]: nodes, weights, and to_node[i][j], the weight of node j in the integral
/// from -1 to node i.
struct PanelRule {
  std::array<double, kNodes> x{};
  std::array<double, kNodes> weight{};
  std::array<std::array<double, kNodes>, kNodes> to_node{};

  PanelRule() {
    static constexpr double kPi = 3.14159265358979323846;
    const auto n = static_cast<double>(kNodes);
    for (std::size_t i = 0; i < kNodes; ++i) {
      double root = -std::cos(kPi * (static_cast<double>(i) + 0.75) / (n + 0.5));
      double slope = 1;
      for (int step = 0; step < 8; ++step) {
        const auto p = legendre(root);
        slope = n * (root * p[kNodes] - p[kNodes - 1]) / (root * root - 1);
        root -= p[kNodes] / slope;
      }
      x[i] = root;
      weight[i] = 2 / ((1 - root * root) * slope * slope);
    }
    for (std::size_t i = 0; i < kNodes; ++i) {
      const auto upper = legendre(x[i]);
      for (std::size_t j = 0; j < kNodes; ++j) {
        const auto p = legendre(x[j]);
        // The polynomial through the nodes, in Legendre's basis, integrated term by term.
        double sum = 0.5 * (1 + x[i]);
        for (std::size_t k = 1; k < kNodes; ++k) sum += 0.5 * p[k] * (upper[k + 1] - upper[k - 1]);
        to_node[i][j] = weight[j] * sum;
      }
    }
  }
};

const PanelRule& panel_rule() {
  static const PanelRule kRule;
  return kRule;
}

/// One posterior on the logit scale, in coordinates in which the mean of arm a is 0.
class Arm {
 public:
  Arm(const BetaPosterior& posterior, double place)
      : alpha_(posterior.alpha),
        beta_(posterior.beta),
        total_(posterior.alpha + posterior.beta),
        mean_(posterior.alpha / total_),
        width_(LogitBeta(posterior.alpha, posterior.beta).width()),
        place_(place) {}

  /// The log density, 0 at the mean: alpha t - (alpha + beta) ln(1 + mean (e^t - 1)); right of the
  /// mean in its mirrored form, which does not overflow.
  double log_density(double t) const {
    const double local = t - place_;
    if (local <= 0) return alpha_ * local - total_ * std::log1p(mean_ * std::expm1(local));
    return -beta_ * local - total_ * std::log1p((beta_ / total_) * std::expm1(-local));
  }

  /// How far a panel that begins at t may go.
  double step(double t) const {
    static constexpr double kWidths = 2;
    static constexpr double kGrowth = 0.15;
    return kWidths * width_ + kGrowth * std::abs(t - place_);
  }

  double place() const { return place_; }
  double mean() const { return mean_; }

 private:
  double alpha_;
  double beta_;
  double total_;
  double mean_;
  double width_;
  double place_;
};

/// Both arms and the scale they share.
class Grid {
 public:
  Grid(const Arm& a, const Arm& b) : a_(a), b_(b), logit_(std::log(a.mean() / (1 - a.mean()))) {}

  std::vector<double> edges() const {
    const double first = std::min(fence(a_, -1), fence(b_, -1));
    const double last = std::max(fence(a_, 1), fence(b_, 1));
    std::vector<double> edges{first};
    while (edges.back() < last) edges.push_back(std::min(last, edges.back() + step(edges.back())));
    return edges;
  }

  /// d probability / dt at t.
  double slope(double t) const {
    const double u = std::abs(t + logit_);
    const double e = std::exp(-u);
    return e / ((1 + e) * (1 + e));
  }

 private:
  double step(double t) const {
    // ln(1 + e^u) has its nearest singularities at u = +-i pi.
    static constexpr double kPiSquared = 9.8696044010893586;
    static constexpr double kOfDistance = 0.6;
    const double u = t + logit_;
    return std::min({a_.step(t), b_.step(t), kOfDistance * std::sqrt(u * u + kPiSquared)});
  }

  static double fence(const Arm& arm, double direction) {
    double t = arm.place();
    while (arm.log_density(t) > -kLogDensityDrop) t += direction * arm.step(t);
    return t;
  }

  const Arm& a_;
  const Arm& b_;
  double logit_;
};

/// Densities at the nodes of every panel, and what lies below and above each node.
struct Table {
  std::vector<std::array<double, kNodes>> density, below, above;
};

Table table_of(const Arm& arm, const std::vector<double>& edges) {
  const PanelRule& rule = panel_rule();
  const std::size_t panels = edges.size() - 1;
  Table table{std::vector<std::array<double, kNodes>>(panels),
              std::vector<std::array<double, kNodes>>(panels),
              std::vector<std::array<double, kNodes>>(panels)};
  std::vector<double> mass(panels);
  for (std::size_t panel = 0; panel < panels; ++panel) {
    const double half = (edges[panel + 1] - edges[panel]) / 2;
    for (std::size_t i = 0; i < kNodes; ++i) {
      table.density[panel][i] = std::exp(arm.log_density(edges[panel] + half * (1 + rule.x[i])));
      mass[panel] += half * rule.weight[i] * table.density[panel][i];
    }
    for (std::size_t i = 0; i < kNodes; ++i) {
      double inside = 0;
      for (std::size_t j = 0; j < kNodes; ++j) {
        inside += rule.to_node[i][j] * table.density[panel][j];
      }
      table.below[panel][i] = std::max(0.0, half * inside);
      table.above[panel][i] = std::max(0.0, mass[panel] - half * inside);
    }
  }
  double before = 0;
  for (std::size_t panel = 0; panel < panels; before += mass[panel], ++panel) {
    for (double& value : table.below[panel]) value += before;
  }
  double after = 0;
  for (std::size_t panel = panels; panel-- > 0; after += mass[panel]) {
    for (double& value : table.above[panel]) value += after;
  }
  for (std::size_t panel = 0; panel < panels; ++panel) {
    for (std::size_t i = 0; i < kNodes; ++i) {
      table.density[panel][i] /= before;
      table.below[panel][i] /= before;
      table.above[panel][i] /= before;
    }
  }
  return table;
}

}  // namespace

Result<BetaPair> beta_pair(const BetaPosterior& a, const BetaPosterior& b) {
  if (const Status valid = first_failure({require_valid("a", a), require_valid("b", b)}); !valid) {
    return valid.error();
  }
  const Arm arm_a(a, 0);
  const Arm arm_b(b, LogitBeta(b.alpha, b.beta).distance_from(LogitBeta(a.alpha, a.beta)));
  const Grid grid(arm_a, arm_b);
  const std::vector<double> edges = grid.edges();
  const Table table_a = table_of(arm_a, edges);
  const Table table_b = table_of(arm_b, edges);
  const PanelRule& rule = panel_rule();
  BetaPair pair;
  for (std::size_t panel = 0; panel + 1 < edges.size(); ++panel) {
    const double half = (edges[panel + 1] - edges[panel]) / 2;
    for (std::size_t i = 0; i < kNodes; ++i) {
      const double weight = half * rule.weight[i];
      const double slope = weight * grid.slope(edges[panel] + half * (1 + rule.x[i]));
      const double below_a = table_a.below[panel][i];
      const double below_b = table_b.below[panel][i];
      pair.probability_b_beats_a += weight * table_b.density[panel][i] * below_a;
      // E max(B - A, 0) = int F_a (1 - F_b), by the probability itself.
      pair.expected_loss_choose_a += slope * below_a * table_b.above[panel][i];
      pair.expected_loss_choose_b += slope * below_b * table_a.above[panel][i];
    }
  }
  return pair;
}

}  // namespace converge::stats
