#include "engine/growthbook/encrypted_text.h"

#include <catch2/catch.hpp>

#include "engine/codec/json.h"

namespace converge::growthbook {
namespace {

// Made by Node's crypto with the key 00 01 .. 0f and the vector 10 11 .. 1f.
constexpr std::string_view kKey = "AAECAwQFBgcICQoLDA0ODw==";
constexpr std::string_view kIv = "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f";
const std::string kWord = "EBESExQVFhcYGRobHB0eHw==.LJ+2WShX1MauhiLKVGPAFw==";
const std::string kFeatures =
    "EBESExQVFhcYGRobHB0eHw==.dn+mCWdaqSmwZtJ+VpM4B2mUvNAGdwPY9gO8UQZCNQM=";

TEST_CASE("Encryption: both ways as another implementation does it") {
  CHECK(decrypted_text(kWord, kKey) == std::string(R"({"a":1})"));
  CHECK(encrypted_text(R"({"a":1})", kKey, kIv) == kWord);
  CHECK(decrypted_text("EBESExQVFhcYGRobHB0eHw==.9X5/677cm7Hzdvirivi6PA==", kKey) ==
        std::string("\xC3\x85\xC3\x84\xC3\x96 \xF0\x9F\x98\x80"));
}

TEST_CASE("Encryption: bytes that are no text become replacement characters") {
  CHECK(decrypted_text("EBESExQVFhcYGRobHB0eHw==.y0KB2PpgvSqYdlOXXJUcqQ==", kKey) ==
        std::string("a\xEF\xBF\xBD"
                    "b"));
}

TEST_CASE("Encryption: a wrong key, vector, form or padding gives nothing") {
  CHECK_FALSE(decrypted_text(kWord, "AAECAwQFBgcICQoLDA0OEA=="));
  CHECK_FALSE(decrypted_text(kWord, "AAEC"));
  CHECK_FALSE(decrypted_text(kWord, ""));
  CHECK_FALSE(decrypted_text(kWord.substr(0, 24), kKey));
  CHECK_FALSE(decrypted_text("AAEC" + kWord.substr(24), kKey));
  CHECK_FALSE(decrypted_text(kWord.substr(0, 40), kKey));
  CHECK_FALSE(decrypted_text("", kKey));
  CHECK_FALSE(encrypted_text("x", kKey, "short"));
}

TEST_CASE("Encryption: members of a payload are replaced by what is inside") {
  const Value payload = Value::object({{"status", Value::integer(200)},
                                       {"features", Value::object({})},
                                       {"encryptedFeatures", Value::string(kFeatures)}});
  const Result<Value> plain = decrypted_payload(payload, kKey);
  REQUIRE(plain);
  CHECK(*plain == *parse_json(R"({"status":200,"features":{"f":{"defaultValue":true}}})"));

  const Result<Value> wrong = decrypted_payload(payload, "AAECAwQFBgcICQoLDA0OEA==");
  REQUIRE_FALSE(wrong);
  CHECK_THAT(wrong.error().message, Catch::StartsWith("encryptedFeatures: does not decrypt"));
}

TEST_CASE("Encryption: a payload is encrypted so that it decrypts to itself, the same every time") {
  const Value payload = *parse_json(
      R"({"status":200,"features":{"f":{"defaultValue":"x"}},"dateUpdated":"d","savedGroups":{"g":["u"]},"experiments":[]})");
  const Result<Value> encrypted = encrypted_payload(payload, kKey);
  REQUIRE(encrypted);
  CHECK(*encrypted->find("features") == Value::object({}));
  CHECK(*encrypted->find("dateUpdated") == Value::string("d"));
  CHECK(encrypted->find("savedGroups") == nullptr);
  CHECK(encrypted->find("experiments") == nullptr);
  const Result<Value> plain = decrypted_payload(*encrypted, kKey);
  REQUIRE(plain);
  CHECK(plain->as_object()->size() == payload.as_object()->size());
  for (const auto& [name, value] : *payload.as_object()) {
    INFO(name);
    REQUIRE(plain->find(name) != nullptr);
    CHECK(*plain->find(name) == value);
  }
  CHECK(*encrypted_payload(payload, kKey) == *encrypted);
  // Never one vector for two texts.
  const auto vector_of = [](const Value& text) { return text.as_string()->substr(0, 24); };
  CHECK(vector_of(*encrypted->find("encryptedFeatures")) !=
        vector_of(*encrypted->find("encryptedSavedGroups")));
  CHECK_FALSE(encrypted_payload(payload, "AAEC"));
}

}  // namespace
}  // namespace converge::growthbook
