#pragma once

#include <span>
#include <string_view>

namespace converge {

/// What bodies and answers look like: JSON objects of JSON Schemas by name, from schemas/.
std::span<const std::string_view> openapi_schemas();

}  // namespace converge
