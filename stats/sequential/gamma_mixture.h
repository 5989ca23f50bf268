#pragma once

#include "base/result.h"
#include "stats/sequential/mixture.h"

namespace converge::stats {

/// One-sided mixtures for sums with one heavier tail, scale c > 0 in the unit of s: sub-exponential
/// (values bounded below, centred on a prediction: empirical Bernstein) and sub-Poisson (bounded
/// above by c: Bennett).
struct GammaMixtureOptions {
  double c;
  MixtureTuning tuning;
};

struct GammaMixtureBoundOptions {
  double alpha;
  GammaMixtureOptions mixture;
};

/// The log e-value of "the increments have mean 0 or less".
/// Inputs   s finite, v >= 0, c s > -(v + rho); options.
/// Output   ln of the mixture at (s, v), with v / c^2 up to 1e15 and beyond: differences of
///          log-gamma are taken analytically, large incomplete ones by Temme's expansion.
/// Assumes  exp(l s - psi(l) v) is a supermartingale for every l >= 0, with psi(l) =
///          (-ln(1 - c l) - c l) / c^2 (exponential) or (exp(c l) - c l - 1) / c^2 (Poisson).
/// Errors   kInvalidArgument.
/// Cost     O(1), an incomplete gamma function.
/// Source   Howard et al. (2021) Ann. Stat. 49:1055-1080, propositions 9 and 10; Temme
///          (1979) SIAM J. Math. Anal. 10:757-766.
/// Checked  golden/calc/boundaries_test.cc (confseq_boundaries.json);
///          unit/stats/boundaries_test.cc (v to 1e14, 50 digits).
Result<double> gamma_exponential_mixture(const SumAtTime& sum, const GammaMixtureOptions& options);
Result<double> gamma_poisson_mixture(const SumAtTime& sum, const GammaMixtureOptions& options);

/// The boundary that s ever crosses with a chance of at most alpha. Inputs v > 0; options.
Result<double> gamma_exponential_bound(double v, const GammaMixtureBoundOptions& options);
Result<double> gamma_poisson_bound(double v, const GammaMixtureBoundOptions& options);

}  // namespace converge::stats
