#include "base/sha256.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace converge {

Sha256 sha256(std::string_view bytes) {
  Sha256 digest{};
  unsigned int length = 0;
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  CONVERGE_CHECK(done == 1 && length == digest.size());
  return digest;
}

std::string hex_prefix(const Sha256& digest, int characters) {
  static constexpr char kDigits[] = "0123456789abcdef";
  CONVERGE_CHECK(characters >= 0 && characters <= 64);
  std::string text;
  text.reserve(static_cast<std::size_t>(characters));
  for (std::size_t i = 0; i < static_cast<std::size_t>(characters); ++i) {
    const unsigned byte = digest[i / 2];
    text += kDigits[i % 2 == 0 ? byte >> 4U : byte & 15U];
  }
  return text;
}

}  // namespace converge
