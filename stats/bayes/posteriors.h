#pragma once

#include <string_view>

#include "base/result.h"

/// The distributions that describe what is known of one arm's parameter. Plain parameters: the
/// functions that take them check them by `require_valid`.
namespace converge::stats {

struct NormalPosterior {
  double mean = 0;
  double sd = 0;
};

/// location + scale * T, T Student's t.
struct StudentPosterior {
  double location = 0;
  double scale = 0;
  double dof = 0;
};

struct BetaPosterior {
  double alpha = 0;
  double beta = 0;
};

/// Mean shape / rate.
struct GammaPosterior {
  double shape = 0;
  double rate = 0;
};

/// ln X ~ N(location, scale^2).
struct LognormalPosterior {
  double location = 0;
  double scale = 0;
};

/// scale / X with X ~ Gamma(shape, 1): a mean whose reciprocal is Gamma. Mean scale / (shape - 1).
struct InverseGammaPosterior {
  double shape = 0;
  double scale = 0;
};

/// Shapes outside this range leave double precision: below, a posterior is two points.
inline constexpr double kShapeMin = 0.01;
inline constexpr double kShapeMax = 1e13;

Status require_valid(std::string_view name, const NormalPosterior& posterior);
Status require_valid(std::string_view name, const StudentPosterior& posterior);
Status require_valid(std::string_view name, const BetaPosterior& posterior);
Status require_valid(std::string_view name, const GammaPosterior& posterior);
Status require_valid(std::string_view name, const LognormalPosterior& posterior);
Status require_valid(std::string_view name, const InverseGammaPosterior& posterior);

}  // namespace converge::stats
