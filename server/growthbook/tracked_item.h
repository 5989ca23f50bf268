#pragma once

#include <string>
#include <variant>

#include "engine/codec/event_codec.h"
#include "engine/model/catalog.h"
#include "engine/model/value.h"

/// What tracking plugins of GrowthBook SDKs send (protocol section 10), in our words.
namespace converge::growthbook {

/// A usage event ("Feature Evaluated"): no evidence, so it is not kept.
struct UsageItem {};

/// One item of a body in any of the dialects: an exposure or an outcome as POST /v1/events takes
/// it, still to be checked by accept_event. `salt` tells items apart that are equal and are two
/// events all the same. Without `ts` an item has the receive time and says so: `ts_source`. Members
/// without a place of their own stand under `growthbook`.
std::variant<Value, UsageItem, Rejection> event_of_item(const Value& item, const Catalog& catalog,
                                                        Time received_at, const std::string& salt);

}  // namespace converge::growthbook
