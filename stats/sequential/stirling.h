#pragma once

/// What is left of ratios of gamma functions when their large terms are taken out analytically.
/// Inputs   as each function says; NaN gives NaN.
/// Output   full relative accuracy where a plain difference of lgamma loses all digits (beyond
/// 1e8). Cost     O(1). Source   Abramowitz, Stegun 6.1.41; Taylor series. Checked
/// unit/stats/stirling_test.cc (50 digits by mpmath).
namespace converge::stats {

/// lgamma(z) - ((z - 1/2) ln z - z + ln(2 pi) / 2) for z > 0: the remainder of Stirling's formula.
double stirling_remainder(double z);

/// (1 + r) ln(1 + r) - r for r >= -1, 1 below.
double relative_entropy_term(double r);

/// r - ln(1 + r) for r > -1.
double log1p_remainder(double r);

}  // namespace converge::stats
