#pragma once

#include <string_view>

#include "engine/assign/evaluator.h"

namespace converge {

/// Whether the evaluation of a flag without `attribute` reached a rule that hashes it: one whose
/// conditions hold, of the flag or of a feature that its prerequisites lead to. Evaluates
/// again, with the context's sticky documents.
bool asks_for(std::string_view attribute, const Evaluator& evaluator, std::string_view flag,
              const EvaluationContext& context);

}  // namespace converge
