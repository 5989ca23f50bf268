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

/// ln(P(Z > z) + correction * density(z)), what Temme's uniform expansions of incomplete gamma and
/// beta functions come down to. |correction| is of order 1 / sqrt(parameter) or less.
double log_normal_upper_corrected(double z, double correction);

/// From here on the expansions' first term alone is accurate to 1e-11, while the general
/// algorithms lose digits: some at 1e9, all at 1e13.
inline constexpr double kLargeParameter = 1e8;

}  // namespace converge::stats
