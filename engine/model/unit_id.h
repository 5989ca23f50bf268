#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace converge {

inline constexpr std::size_t kUnitIdBytesMax = 256;

/// The unit id rules of design section 5: "", "0", "null", "undefined", more than 256 bytes and
/// control characters are refused with kInvalidArgument.
Status check_unit_id(std::string_view id);

/// A reason to doubt an id that is accepted: non-ASCII (SDKs differ), e-mail-like. nullopt: none.
std::optional<std::string> unit_id_warning(std::string_view id);

}  // namespace converge
