#pragma once

#include <optional>
#include <string_view>

namespace converge {

/// The variation index that a URL's query names for an experiment ("?exp_ab=1"); nullopt unless the
/// first pair of that name begins with an integer of [0, count).
std::optional<int> query_override(std::string_view experiment, std::string_view url, int count);

}  // namespace converge
