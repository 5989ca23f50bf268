#pragma once

#include <vector>

#include "base/result.h"
#include "engine/features/assigner.h"
#include "server/api/service.h"

namespace converge {

/// One exposure now, with these attributes, for each assignment whose unit is in an experiment.
/// kInvalidArgument when the log would not take one, kTooLarge for one beyond the limit of events.
Result<RecordBatch> exposures_of(const std::vector<Assignment>& assignments,
                                 const Value& attributes, const Service& service);

}  // namespace converge
