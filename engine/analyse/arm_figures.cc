#include "engine/analyse/arm_figures.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <cstdlib>

namespace converge {
namespace {

using boost::multiprecision::cpp_int;

int scale_of(const OutcomeQuery& query) {
  return query.aggregation == Aggregation::kSum ? query.scale_exponent : 0;
}

/// The double nearest to integer * 10^exponent.
double nearest_double(const Int128& integer, int exponent) {
  return std::strtod(scaled_text(integer.str(), exponent).c_str(), nullptr);
}

/// Mean and sd of a single unit: the mean is the unit's own value, one unit has no spread.
Figure mean_of_one(const MetricDefinition& metric, const stats::ExactMoments& moments) {
  const double x = nearest_double(moments.x, x_scale_exponent(metric));
  if (metric.type != MetricType::kRatio) return x;
  if (moments.y.is_zero()) return Undefined::kZeroDenominator;
  return x / nearest_double(moments.y, y_scale_exponent(metric));
}

void put_mean_and_sd(const MetricDefinition& metric, const stats::ExactMoments& moments,
                     Undefined absent, ArmFigures& figures) {
  if (moments.n == 0) {
    figures.mean = absent;
    figures.sd = absent;
    return;
  }
  const Result<stats::Sample> sample = arm_sample(metric, moments);
  if (sample) {
    figures.mean = sample->mean;
    figures.sd = std::sqrt(sample->variance);
    return;
  }
  figures.mean = moments.n == 1 ? mean_of_one(metric, moments) : Undefined::kZeroDenominator;
  figures.sd = moments.n == 1 ? Undefined::kOneUnit : Undefined::kZeroDenominator;
}

std::int64_t events_of_part(const Int128& sum, const Int192& sum_squares) {
  if (sum_squares.is_zero()) return 0;
  const cpp_int total(sum.str());
  const cpp_int squares(sum_squares.str());
  const cpp_int square_of_total = total * total;
  if (square_of_total == squares) return 1;
  const cpp_int bound = (square_of_total + squares - 1) / squares;
  return std::max<std::int64_t>(2, static_cast<std::int64_t>(bound));
}

}  // namespace

int x_scale_exponent(const MetricDefinition& metric) {
  return scale_of(metric.numerator);
}

int y_scale_exponent(const MetricDefinition& metric) {
  return metric.denominator ? scale_of(*metric.denominator) : 0;
}

Result<stats::Sample> arm_sample(const MetricDefinition& metric,
                                 const stats::ExactMoments& moments) {
  return metric.type == MetricType::kRatio
             ? stats::ratio_sample_of(moments, x_scale_exponent(metric), y_scale_exponent(metric))
             : stats::sample_of(moments, x_scale_exponent(metric));
}

ArmFigures arm_figures(const MetricDefinition& metric, const VariantKey& key, const Cells& cells,
                       std::size_t variant, Undefined absent) {
  stats::ExactMoments total;
  ArmFigures figures;
  figures.variant = key;
  for (const std::vector<ArmCell>& stratum : cells) {
    const ArmCell& cell = stratum[variant];
    total += cell.moments;
    figures.overflow += cell.overflow;
    figures.no_value += cell.no_value;
    figures.censored += cell.censored;
  }
  const int x_scale = x_scale_exponent(metric);
  figures.n = total.n;
  figures.sum = scaled_text(total.x.str(), x_scale);
  figures.sum_squares = scaled_text(total.xx.str(), 2 * x_scale);
  if (metric.type == MetricType::kRatio) {
    const int y_scale = y_scale_exponent(metric);
    figures.denominator_sum = scaled_text(total.y.str(), y_scale);
    figures.denominator_sum_squares = scaled_text(total.yy.str(), 2 * y_scale);
    figures.sum_products = scaled_text(total.xy.str(), x_scale + y_scale);
  }
  put_mean_and_sd(metric, total, absent, figures);
  return figures;
}

std::int64_t events_at_least(const MetricDefinition& metric, const stats::ExactMoments& moments) {
  const std::int64_t x = events_of_part(moments.x, moments.xx);
  if (metric.type != MetricType::kRatio) return x;
  return std::min(x, events_of_part(moments.y, moments.yy));
}

}  // namespace converge
