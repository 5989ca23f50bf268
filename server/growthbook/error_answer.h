#pragma once

#include "base/result.h"
#include "server/http/message.h"

namespace converge {

/// An error as GrowthBook's API tells it: {"status", "error"}, with the status as HTTP status too.
Response growthbook_error(const Error& error);

}  // namespace converge
