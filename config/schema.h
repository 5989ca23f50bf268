#pragma once

#include <string_view>

namespace converge {

/// The JSON Schema (draft 2020-12) of definition files, for editors and `GET /v1/schema`. It knows
/// names, types and forms; sums, references and lint are the loader's.
std::string_view definitions_schema();

}  // namespace converge
