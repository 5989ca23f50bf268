#include "stats/adjustment/correlation_cholesky.h"

#include <algorithm>
#include <cmath>

namespace converge::stats {

CorrelationCholesky::CorrelationCholesky(std::span<const double> matrix, std::size_t columns,
                                         double ridge)
    : CorrelationCholesky(matrix, columns, ridge, std::vector<bool>(columns, false)) {}

CorrelationCholesky::CorrelationCholesky(std::span<const double> matrix, std::size_t columns,
                                         double ridge, std::vector<bool> left_out)
    : columns_(columns),
      left_out_(std::move(left_out)),
      deviation_(columns),
      lower_(columns * columns) {
  for (std::size_t i = 0; i < columns; ++i) {
    deviation_[i] = std::sqrt(matrix[i * columns + i]);
    left_out_[i] = left_out_[i] || !(deviation_[i] > 0);
  }
  for (std::size_t i = 0; i < columns; ++i) {
    if (left_out_[i]) continue;
    double pivot = 1 + ridge;
    for (std::size_t j = 0; j < i; ++j) {
      if (left_out_[j]) continue;
      double entry = matrix[i * columns + j] / deviation_[i] / deviation_[j];
      for (std::size_t k = 0; k < j; ++k)
        entry -= lower_[i * columns + k] * lower_[j * columns + k];
      entry /= lower_[j * columns + j];
      lower_[i * columns + j] = entry;
      pivot -= entry * entry;
    }
    if (pivot - ridge < kCollinear) {
      left_out_[i] = true;
      for (std::size_t j = 0; j < i; ++j) lower_[i * columns + j] = 0;
      continue;
    }
    lower_[i * columns + i] = std::sqrt(pivot);
  }
}

std::size_t CorrelationCholesky::kept() const {
  return static_cast<std::size_t>(std::count(left_out_.begin(), left_out_.end(), false));
}

std::vector<double> CorrelationCholesky::solve(std::span<const double> right_side) const {
  std::vector<double> solution(columns_, 0.0);
  for (std::size_t i = 0; i < columns_; ++i) {
    if (left_out_[i]) continue;
    double value = right_side[i] / deviation_[i];
    for (std::size_t k = 0; k < i; ++k) value -= lower_[i * columns_ + k] * solution[k];
    solution[i] = value / lower_[i * columns_ + i];
  }
  for (std::size_t i = columns_; i-- > 0;) {
    if (left_out_[i]) continue;
    double value = solution[i];
    for (std::size_t k = i + 1; k < columns_; ++k) value -= lower_[k * columns_ + i] * solution[k];
    solution[i] = value / lower_[i * columns_ + i];
  }
  for (std::size_t i = 0; i < columns_; ++i) {
    if (!left_out_[i]) solution[i] /= deviation_[i];
  }
  return solution;
}

}  // namespace converge::stats
