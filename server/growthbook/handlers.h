#pragma once

#include "server/api/route.h"

/// What GrowthBook SDKs ask for. Handlers as in server/api/route.h.
namespace converge::growthbook {

Status get_features(const Call& call, const Reply& reply);
Status subscribe(const Call& call, const Reply& reply);
Status evaluate(const Call& call, const Reply& reply);
Status track(const Call& call, const Reply& reply);

}  // namespace converge::growthbook
