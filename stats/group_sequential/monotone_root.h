#pragma once

#include <functional>
#include <optional>

namespace converge::stats {

/// Where a continuous function changes its sign.
/// Inputs   a function without NaN; low < high.
/// Output   x with function(x) = 0, to 1e-11 of |x|; nothing where the signs at both ends agree.
/// Errors   none of its own; the function must not throw.
/// Cost     about ten calls for the functions of this folder.
/// Source   Alefeld, Potra, Shi (1995) algorithm 748, by Boost.Math.
/// Checked  through its callers.
std::optional<double> root_between(const std::function<double(double)>& function, double low,
                                   double high);

}  // namespace converge::stats
