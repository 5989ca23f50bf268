#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace converge {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);
/// The first `characters` hexadecimal digits (at most 64), lower case.
std::string hex_prefix(const Sha256& digest, int characters);

}  // namespace converge
