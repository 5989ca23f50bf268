#pragma once

#include <optional>
#include <span>
#include <vector>

namespace converge::stats {

/// Solves S b = c for a covariance matrix S, on the scale of correlations so that units of the
/// columns do not matter.
/// Inputs   S p x p, row by row, symmetric with variances of 0 or more; ridge of 0 or more, added
///          to the diagonal of the correlation matrix.
/// Output   a factor that solves; the columns that had to be left out: without variance, or told
///          by the columns before them but for less than kCollinear of their variance. Their
///          solution is 0.
/// Cost     O(p^3) to build, O(p^2) per solution.
/// Source   Golub, Van Loan (2013) Matrix Computations, algorithm 4.2.1.
/// Checked  unit/stats/cuped_test.cc.
class CorrelationCholesky {
 public:
  static constexpr double kCollinear = 1e-8;

  CorrelationCholesky(std::span<const double> matrix, std::size_t columns, double ridge);

  /// As above, with columns that are to be left out from the start.
  CorrelationCholesky(std::span<const double> matrix, std::size_t columns, double ridge,
                      std::vector<bool> left_out);

  const std::vector<bool>& left_out() const { return left_out_; }
  std::size_t kept() const;
  std::vector<double> solve(std::span<const double> right_side) const;

 private:
  std::size_t columns_;
  std::vector<bool> left_out_;
  std::vector<double> deviation_;  ///< square roots of the diagonal
  std::vector<double> lower_;      ///< factor of the correlation matrix
};

}  // namespace converge::stats
