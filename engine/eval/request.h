#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/assign/ranges.h"
#include "engine/model/value.h"

/// Members of requests. Each error names the member, what is expected and what was found. An
/// optional member that is null counts as absent.
namespace converge::eval {

/// More variations or ranges than this are refused.
inline constexpr std::size_t kVariationsMax = 10000;

Result<const Value*> required(const Value& request, const char* name);
Result<const Value*> required_object(const Value& request, const char* name);
Result<std::string> required_text(const Value& request, const char* name);
Result<double> required_number(const Value& request, const char* name);
/// An integer of at most kVariationsMax; negative ones too, for which lists are empty.
Result<int> required_count(const Value& request, const char* name);
Result<std::vector<DoubleRange>> required_ranges(const Value& request, const char* name);

/// Null when absent.
const Value* optional(const Value& request, const char* name);
Result<std::optional<double>> optional_number(const Value& request, const char* name);
Result<std::optional<std::vector<double>>> optional_numbers(const Value& request, const char* name);

}  // namespace converge::eval
