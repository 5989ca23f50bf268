#pragma once

#include <functional>
#include <vector>

#include "engine/assign/js_value.h"
#include "engine/model/value.h"

/// What conditions are compiled to: claims about one value (those of whole conditions: about the
/// attributes), and how they are joined.
namespace converge::claims {

using Claim = std::function<bool(const Value&)>;

Claim constant(bool answer);
Claim negation(Claim claim);
/// Of none: true.
Claim all_of(std::vector<Claim> claims);
/// Of none: false.
Claim any_of(std::vector<Claim> claims);

/// JavaScript's ===.
Claim strict(const Value& expected);
using Orders = std::vector<js::Order>;
/// The value stands to the expected one in one of these orders.
Claim ordered(const Value& expected, Orders accepted);
/// The same of both as versions.
Claim versioned(const Value& expected, Orders accepted);
/// The value is not null; with `wanted` false: it is.
Claim exists(bool wanted);

}  // namespace converge::claims
