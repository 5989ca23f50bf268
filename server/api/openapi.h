#pragma once

#include <span>

#include "engine/model/value.h"
#include "server/api/route.h"

namespace converge {

/// The OpenAPI 3.1 document of a route table.
Value openapi_document(std::span<const Route> routes);

}  // namespace converge
