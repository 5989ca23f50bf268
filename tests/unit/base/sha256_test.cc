#include "base/sha256.h"

#include <catch2/catch.hpp>

namespace converge {

// FIPS 180-2, appendix B.
TEST_CASE("SHA-256 agrees with the published examples") {
  CHECK(hex_prefix(sha256(""), 64) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_prefix(sha256("abc"), 64) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_prefix(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), 64) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex_prefix(sha256(std::string(1'000'000, 'a')), 64) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256: a prefix has as many characters as asked for") {
  CHECK(hex_prefix(sha256("abc"), 0).empty());
  CHECK(hex_prefix(sha256("abc"), 7) == "ba7816b");
}

}  // namespace converge
