#pragma once

#include <vector>

namespace converge::stats {

/// The distribution of the statistic at a look among the paths that no earlier look has stopped.
/// Z at information I is normal with mean drift * sqrt(I) and variance 1, with independent
/// increments of the score Z * sqrt(I). A look is entered by move_to, asked, and left by
/// stop_outside; a look without stop_outside (or with bounds so wide that nothing stops) costs
/// nothing, the next one starts from the look before.
/// Inputs   information above 0 and growing by at least kLeastGrowth of itself; bounds may be
///          infinite. The callers check.
/// Output   probabilities to 1e-9, as sums of positive terms so that tails keep their relative
///          accuracy.
/// Cost     a look O(nodes * nodes within the reach of one step); nodes grow as 1 / sqrt(growth of
///          information), about 100 where 100 looks are equally spaced.
/// Source   Armitage, McPherson, Rowe (1969) JRSS A 132:235-244; Jennison, Turnbull (2000) section
///          19.2. The quadrature is Gauss-Legendre on panels whose width follows the information
///          gained, since the fixed Simpson grid of that section (12 r - 3 nodes) loses accuracy
///          between close looks.
/// Checked  unit/stats/crossing_probabilities_test.cc; golden/calc/group_sequential_test.cc.
class Recursion {
 public:
  explicit Recursion(double drift);

  /// The next look.
  void move_to(double information);

  /// P(not stopped before the present look).
  double continuing() const;

  /// At the present look: P(not stopped before, Z > z), P(not stopped before, Z < z) and the
  /// density of (not stopped before, Z = z).
  double upper_tail(double z) const;
  double lower_tail(double z) const;
  double density(double z) const;

  /// Paths with Z <= lower or Z >= upper end at the present look.
  void stop_outside(double lower, double upper);

 private:
  void build_nodes(double next_information);

  double drift_;
  double information_ = 0;
  bool stops_here_ = false;  ///< whether lower_ and upper_ bound the paths that go on
  double lower_ = 0;
  double upper_ = 0;

  // The look that stopped last, as a discrete measure of the score; the start is a point at 0.
  double node_information_ = 0;
  std::vector<double> scores_{0};
  std::vector<double> masses_{1};
};

/// Looks closer than this, relative to their information, are too close for the recursion.
inline constexpr double kLeastGrowth = 1e-6;

}  // namespace converge::stats
