#include "stats/bayes/rope.h"

#include <cmath>
#include <string>

#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::stats {
namespace {

/// `upper` is the survival function of a distribution symmetric about 0.
template <class Upper>
RopeProbabilities mass_around(double z_lower, double z_upper, Upper upper) {
  RopeProbabilities mass{.below = upper(-z_lower), .inside = 0, .above = upper(z_upper)};
  // A region on one side is the difference of two tails of that side, which keep their digits.
  if (z_lower > 0) {
    mass.inside = upper(z_lower) - mass.above;
  } else if (z_upper < 0) {
    mass.inside = upper(-z_upper) - mass.below;
  } else {
    mass.inside = 1 - mass.below - mass.above;
  }
  return mass;
}

}  // namespace

const char* name_of(RopeVerdict verdict) {
  switch (verdict) {
    case RopeVerdict::kEquivalent:
      return "equivalent";
    case RopeVerdict::kBelow:
      return "below";
    case RopeVerdict::kAbove:
      return "above";
    case RopeVerdict::kUndecided:
      return "undecided";
  }
  return "undecided";
}

Status require_valid(std::string_view name, const RopeBounds& bounds) {
  if (std::isfinite(bounds.lower) && std::isfinite(bounds.upper) && bounds.lower < bounds.upper) {
    return {};
  }
  return Error{Errc::kInvalidArgument, std::string(name) + ": expected finite lower < upper"};
}

Result<RopeProbabilities> rope_probabilities(const NormalPosterior& posterior,
                                             const RopeBounds& bounds) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_valid("rope", bounds)});
  if (!valid) return valid.error();
  return mass_around((bounds.lower - posterior.mean) / posterior.sd,
                     (bounds.upper - posterior.mean) / posterior.sd,
                     [](double z) { return normal_upper(z); });
}

Result<RopeProbabilities> rope_probabilities(const StudentPosterior& posterior,
                                             const RopeBounds& bounds) {
  const Status valid =
      first_failure({require_valid("posterior", posterior), require_valid("rope", bounds)});
  if (!valid) return valid.error();
  return mass_around((bounds.lower - posterior.location) / posterior.scale,
                     (bounds.upper - posterior.location) / posterior.scale,
                     [&](double z) { return student_t_upper(z, posterior.dof); });
}

Result<RopeVerdict> rope_verdict(const RopeProbabilities& probabilities, double threshold) {
  if (!(threshold > 0.5 && threshold < 1)) {
    return Error{Errc::kInvalidArgument, "threshold: expected a number above 0.5 and below 1"};
  }
  if (probabilities.inside >= threshold) return RopeVerdict::kEquivalent;
  if (probabilities.below >= threshold) return RopeVerdict::kBelow;
  if (probabilities.above >= threshold) return RopeVerdict::kAbove;
  return RopeVerdict::kUndecided;
}

}  // namespace converge::stats
