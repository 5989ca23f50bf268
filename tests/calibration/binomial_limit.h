#pragma once

namespace converge::calibration {

/// The tail beyond which a simulation refutes a claim about an error probability.
inline constexpr double kRefuted = 1e-6;

/// The largest count that does not refute "each of `runs` runs errs with probability at most p":
/// the smallest k with P(Binomial(runs, p) > k) <= kRefuted, by summing exact probabilities from
/// above.
int most_errors(int runs, double p);

/// The mirror image for "at least p": the largest k with P(Binomial(runs, p) < k) <= kRefuted.
int fewest_successes(int runs, double p);

}  // namespace converge::calibration
