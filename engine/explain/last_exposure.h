#pragma once

#include <optional>

#include "base/result.h"
#include "engine/explain/explain.h"

namespace converge {

/// The unit's exposure with the largest ts <= at (of several the one logged last), walking its
/// chain from `newest` back. Retracted exposures do not count, nor does anything of a unit that was
/// erased.
Result<std::optional<ExposureSeen>> last_exposure(EventLog& log, const Unit& unit, LogSeq newest,
                                                  Time at);

}  // namespace converge
