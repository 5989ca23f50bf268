#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Inside engine/codec: member names of definition files and how messages speak of them.
namespace converge {

/// The names that accepted_members() lists for this pattern.
const std::vector<std::string>& members_of(std::string_view pattern);

/// Why `name` is no member here: not built yet, or unknown with the nearest of `known`.
std::string unknown_member_message(const std::string& name, const std::vector<std::string>& known);

/// Letters to insert, drop, change or swap, case and separators ignored.
std::size_t edit_distance_of_names(const std::string& a, const std::string& b);

/// "a, b or c"
std::string joined(const std::vector<std::string>& names);

/// In double quotes; control characters are shown as "?".
std::string quoted(const std::string& text);

}  // namespace converge
