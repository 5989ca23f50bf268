#pragma once

#include <string_view>

#include "base/result.h"
#include "server/http/message.h"

namespace converge {

/// Errors as GrowthBook's API tells them: {"status", "error"}. An ErrorForm of routes.
Response growthbook_failure(int status, std::string_view code, std::string_view detail);
Response growthbook_error(const Error& error);

}  // namespace converge
