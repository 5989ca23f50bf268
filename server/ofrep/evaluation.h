#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/features/assigner.h"
#include "server/ofrep/context.h"

namespace converge {

/// Why a flag that was evaluated has no value of its own; nullopt: it has one.
std::optional<OfrepError> error_of(const Explanation& explanation, const OfrepContext& context);

/// {"key", "value", "reason", "variant", "metadata"} of a flag without an error: `value` is absent
/// when the code's own default is meant, `variant` when nothing names the value. `metadata` has the
/// version of the definitions and, when the unit is in an experiment and an exposure is due,
/// "exposure": true and what the exposure has to say.
void append_evaluation(std::string& json, const Explanation& explanation, const Assigner& assigner);
/// The same in two parts. The head depends on the unit only by what the flag answers it.
void append_head(std::string& json, const Explanation& explanation, const Assigner& assigner);
/// nullopt: the unit is in no experiment.
void append_tail(std::string& json, const std::optional<std::string>& unit);

/// {"key", "errorCode", "errorDetails"}.
void append_failure(std::string& json, std::string_view key, const OfrepError& error);

}  // namespace converge
