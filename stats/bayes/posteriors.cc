#include "stats/bayes/posteriors.h"

#include <string>

#include "stats/domain.h"

namespace converge::stats {
namespace {

std::string member(std::string_view name, std::string_view field) {
  return std::string(name) + "." + std::string(field);
}

Status require_shape(const std::string& name, double shape) {
  if (shape >= kShapeMin && shape <= kShapeMax) return {};
  return Error{Errc::kInvalidArgument, name + ": expected a number between 0.01 and 1e13"};
}

}  // namespace

Status require_valid(std::string_view name, const NormalPosterior& posterior) {
  return first_failure({require_finite(member(name, "mean"), posterior.mean),
                        require_positive(member(name, "sd"), posterior.sd)});
}

Status require_valid(std::string_view name, const StudentPosterior& posterior) {
  return first_failure({require_finite(member(name, "location"), posterior.location),
                        require_positive(member(name, "scale"), posterior.scale),
                        require_positive(member(name, "dof"), posterior.dof)});
}

Status require_valid(std::string_view name, const BetaPosterior& posterior) {
  return first_failure({require_shape(member(name, "alpha"), posterior.alpha),
                        require_shape(member(name, "beta"), posterior.beta)});
}

Status require_valid(std::string_view name, const GammaPosterior& posterior) {
  return first_failure({require_shape(member(name, "shape"), posterior.shape),
                        require_positive(member(name, "rate"), posterior.rate)});
}

Status require_valid(std::string_view name, const LognormalPosterior& posterior) {
  return first_failure({require_finite(member(name, "location"), posterior.location),
                        require_positive(member(name, "scale"), posterior.scale)});
}

Status require_valid(std::string_view name, const InverseGammaPosterior& posterior) {
  return first_failure({require_shape(member(name, "shape"), posterior.shape),
                        require_positive(member(name, "scale"), posterior.scale)});
}

}  // namespace converge::stats
