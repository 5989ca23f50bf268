#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace converge {

std::string base64_encoded(std::string_view bytes);
/// As browsers read it: white space is skipped and the padding may be missing; nullopt for anything
/// else that is no base64.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace converge
