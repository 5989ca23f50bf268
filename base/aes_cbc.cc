#include "base/aes_cbc.h"

#include <openssl/evp.h>

#include <climits>
#include <memory>

#include "base/check.h"

namespace converge {
namespace {

enum class Direction { kDecrypt = 0, kEncrypt = 1 };

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// OpenSSL's bytes are unsigned char.
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::optional<std::string> transformed(std::string_view input, std::string_view key,
                                       std::string_view iv, Direction direction) {
  if (key.size() != kAes128KeyBytes || iv.size() != kAesBlockBytes) return std::nullopt;
  if (input.size() > INT_MAX - kAesBlockBytes) return std::nullopt;
  const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context(EVP_CIPHER_CTX_new());
  CONVERGE_CHECK(context != nullptr);
  std::string output(input.size() + kAesBlockBytes, '\0');
  int length = 0;
  int tail = 0;
  const bool done = EVP_CipherInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, bytes_of(key),
                                      bytes_of(iv), static_cast<int>(direction)) == 1 &&
                    EVP_CipherUpdate(context.get(), bytes_of(output), &length, bytes_of(input),
                                     static_cast<int>(input.size())) == 1 &&
                    EVP_CipherFinal_ex(context.get(), bytes_of(output) + length, &tail) == 1;
  if (!done) return std::nullopt;
  output.resize(static_cast<std::size_t>(length) + static_cast<std::size_t>(tail));
  return output;
}

}  // namespace

std::optional<std::string> aes_128_cbc_encrypted(std::string_view plain, std::string_view key,
                                                 std::string_view iv) {
  return transformed(plain, key, iv, Direction::kEncrypt);
}

std::optional<std::string> aes_128_cbc_decrypted(std::string_view cipher, std::string_view key,
                                                 std::string_view iv) {
  return transformed(cipher, key, iv, Direction::kDecrypt);
}

}  // namespace converge
