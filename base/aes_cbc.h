#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace converge {

inline constexpr std::size_t kAes128KeyBytes = 16;
inline constexpr std::size_t kAesBlockBytes = 16;

/// AES-128 in CBC mode with PKCS #7 padding. `key` and `iv` have 16 bytes each; nullopt otherwise,
/// and when a text to decrypt does not end in a padding: wrong key or damaged. There is no other
/// check of integrity in this mode.
std::optional<std::string> aes_128_cbc_encrypted(std::string_view plain, std::string_view key,
                                                 std::string_view iv);
std::optional<std::string> aes_128_cbc_decrypted(std::string_view cipher, std::string_view key,
                                                 std::string_view iv);

}  // namespace converge
