#include "base/sha256.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace converge {
namespace {

/// Looking the algorithm up takes longer than a short text: each thread does it once.
class Hasher {
 public:
  Hasher() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    CONVERGE_CHECK(algorithm_ != nullptr && context_ != nullptr);
  }
  ~Hasher() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(algorithm_);
  }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Sha256 digest(std::string_view bytes) {
    Sha256 digest{};
    unsigned int length = 0;
    const bool done = EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1 &&
                      EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(context_, digest.data(), &length) == 1;
    CONVERGE_CHECK(done && length == digest.size());
    return digest;
  }

 private:
  EVP_MD* algorithm_;
  EVP_MD_CTX* context_;
};

}  // namespace

Sha256 sha256(std::string_view bytes) {
  thread_local Hasher hasher;
  return hasher.digest(bytes);
}

std::string hex_prefix(const Sha256& digest, int characters) {
  static constexpr char kDigits[] = "0123456789abcdef";
  CONVERGE_CHECK(characters >= 0 && characters <= 64);
  std::string text(static_cast<std::size_t>(characters), '0');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned byte = digest[i / 2];
    text[i] = kDigits[i % 2 == 0 ? byte >> 4U : byte & 15U];
  }
  return text;
}

}  // namespace converge
