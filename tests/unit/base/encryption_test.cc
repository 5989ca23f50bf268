#include <catch2/catch.hpp>

#include "base/aes_cbc.h"
#include "base/base64.h"

namespace converge {
namespace {

TEST_CASE("Base64: the vectors of RFC 4648") {
  struct Row {
    const char* bytes;
    const char* text;
  };
  const auto row = GENERATE(values<Row>({{"", ""},
                                         {"f", "Zg=="},
                                         {"fo", "Zm8="},
                                         {"foo", "Zm9v"},
                                         {"foob", "Zm9vYg=="},
                                         {"fooba", "Zm9vYmE="},
                                         {"foobar", "Zm9vYmFy"}}));
  CHECK(base64_encoded(row.bytes) == row.text);
  CHECK(base64_decoded(row.text) == std::string(row.bytes));
}

TEST_CASE("Base64: all bytes survive; padding may lack, other characters may not come") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(base64_decoded(base64_encoded(bytes)) == bytes);
  CHECK(base64_decoded("Zm8") == std::string("fo"));
  CHECK(base64_decoded(" Zm\n8= ") == std::string("fo"));
  for (const char* wrong : {"Z", "Zm8==", "Zg=", "Z===", "Zm-_", "Zm8=Zm8=", "=Zm8"}) {
    INFO(wrong);
    CHECK_FALSE(base64_decoded(wrong));
  }
}

std::string counting(char first) {
  std::string bytes;
  for (int i = 0; i < 16; ++i) bytes += static_cast<char>(first + i);
  return bytes;
}

TEST_CASE("AES-128-CBC: what Node's crypto wrote, and back") {
  const std::string key = counting(0x00);
  const std::string iv = counting(0x10);
  const std::string cipher = *base64_decoded("655bpBuQLbglKYKqGiP0vlDHYe6ILAkDYOuSaIZTY18=");
  CHECK(aes_128_cbc_encrypted("0123456789abcdef", key, iv) == cipher);
  CHECK(aes_128_cbc_decrypted(cipher, key, iv) == std::string("0123456789abcdef"));
  CHECK(aes_128_cbc_decrypted(*aes_128_cbc_encrypted("", key, iv), key, iv) == std::string());
}

TEST_CASE("AES-128-CBC: wrong sizes, wrong keys and damage are refused") {
  const std::string key = counting(0x00);
  const std::string iv = counting(0x10);
  const std::string cipher = *aes_128_cbc_encrypted("hello", key, iv);
  CHECK_FALSE(aes_128_cbc_decrypted(cipher, counting(0x20), iv));
  CHECK_FALSE(aes_128_cbc_decrypted(cipher.substr(1), key, iv));
  CHECK_FALSE(aes_128_cbc_decrypted("", key, iv));
  CHECK_FALSE(aes_128_cbc_decrypted(cipher, key.substr(1), iv));
  CHECK_FALSE(aes_128_cbc_decrypted(cipher, key + key, iv));
  CHECK_FALSE(aes_128_cbc_encrypted("hello", key, iv + "x"));
}

}  // namespace
}  // namespace converge
