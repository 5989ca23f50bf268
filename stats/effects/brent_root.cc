#include "stats/effects/brent_root.h"

#include <cmath>
#include <limits>

namespace converge::stats {
namespace {

struct Point {
  double x;
  double y;
};

/// The step from `best` that interpolation proposes: secant through two points, inverse quadratic
/// through three. `width` is from best to the other end of the bracket. 0: interpolation is not to
/// be trusted.
double interpolated_step(const Point& previous, const Point& best, const Point& opposite,
                         double last_step, double least_step) {
  const double width = opposite.x - best.x;
  double p = 0;
  double q = 0;
  const double s = best.y / previous.y;
  if (previous.x == opposite.x) {
    p = width * s;
    q = 1 - s;
  } else {
    const double t = previous.y / opposite.y;
    const double r = best.y / opposite.y;
    p = s * (width * t * (t - r) - (best.x - previous.x) * (r - 1));
    q = (t - 1) * (r - 1) * (s - 1);
  }
  if (p > 0) {
    q = -q;
  } else {
    p = -p;
  }
  const bool within = p < 0.75 * width * q - std::abs(least_step * q) / 2;
  const bool shrinks = p < std::abs(last_step * q / 2);
  return within && shrinks ? p / q : 0;
}

}  // namespace

double brent_root(const std::function<double(double)>& function, double lower, double upper,
                  double tolerance) {
  static constexpr int kMostSteps = 1000;
  Point previous{lower, function(lower)};
  Point best{upper, function(upper)};
  if (previous.y == 0) return previous.x;
  if (best.y == 0) return best.x;
  Point opposite = previous;  // of unlike sign to best
  for (int step = 0; step < kMostSteps; ++step) {
    const double last_step = best.x - previous.x;
    if (std::abs(opposite.y) < std::abs(best.y)) {
      previous = best;
      best = opposite;
      opposite = previous;
    }
    const double least_step =
        2 * std::numeric_limits<double>::epsilon() * std::abs(best.x) + tolerance / 2;
    double move = (opposite.x - best.x) / 2;
    if (std::abs(move) <= least_step || best.y == 0) return best.x;
    if (std::abs(last_step) >= least_step && std::abs(previous.y) > std::abs(best.y)) {
      const double proposed = interpolated_step(previous, best, opposite, last_step, least_step);
      if (proposed != 0) move = proposed;
    }
    if (std::abs(move) < least_step) move = std::copysign(least_step, move);
    previous = best;
    best.x += move;
    best.y = function(best.x);
    if ((best.y > 0) == (opposite.y > 0)) opposite = previous;
  }
  return best.x;
}

}  // namespace converge::stats
