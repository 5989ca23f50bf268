#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "server/api/keys.h"

namespace converge {
namespace {

TEST_CASE("Keys: a key is found by its text, whether the file holds it or its hash") {
  const auto ring =
      KeyRing::parse(R"({"keys": [{"name": "a", "role": "read", "key": "0123456789abcdef"}]})");
  REQUIRE(ring.has_value());
  CHECK(ring->size() == 1);
  const Principal* a = ring->find("0123456789abcdef");
  REQUIRE(a != nullptr);
  CHECK(*a == Principal{"a", KeyRole::kRead});
  CHECK(ring->find("0123456789abcdeF") == nullptr);
  CHECK(ring->find("0123456789abcde") == nullptr);
  CHECK(ring->find("") == nullptr);
  // The hash of a key is no key.
  const Sha256 digest = sha256("0123456789ABCDEF");
  const auto by_hash = KeyRing::parse(R"({"keys": [{"name": "b", "role": "decide", "sha256": ")" +
                                      hex_prefix(digest, 64) + R"("}]})");
  REQUIRE(by_hash.has_value());
  REQUIRE(by_hash->find("0123456789ABCDEF") != nullptr);
  CHECK(by_hash->find(hex_prefix(digest, 64)) == nullptr);
}

TEST_CASE("Keys: an empty ring knows nobody") {
  CHECK(KeyRing().find("") == nullptr);
  CHECK(KeyRing().find("0123456789abcdef") == nullptr);
}

TEST_CASE("Keys: mistakes in a key file are named with their place") {
  const auto message = [](const char* text) {
    const auto ring = KeyRing::parse(text);
    return ring ? std::string("accepted") : ring.error().message;
  };
  using Catch::Contains;
  CHECK_THAT(message("{"), Contains("JSON"));
  CHECK_THAT(message("[]"), Contains("object"));
  CHECK_THAT(message("{}"), Contains("\"keys\" is missing"));
  CHECK_THAT(message(R"({"keys": [{"name": "a", "rol": "read", "key": "0123456789abcdef"}]})"),
             Contains("keys[0]") && Contains("did you mean \"role\"?"));
  CHECK_THAT(message(R"({"keys": [{"name": "a", "role": "admin", "key": "0123456789abcdef"}]})"),
             Contains("keys[0].role") && Contains("client, read, write or decide"));
  CHECK_THAT(message(R"({"keys": [{"name": "a", "role": "read", "key": "short"}]})"),
             Contains("at least 16"));
  CHECK_THAT(message(R"({"keys": [{"name": "a", "role": "read"}]})"), Contains("exactly one"));
  CHECK_THAT(message(R"({"keys": [{"name": "a", "role": "read", "sha256": "12"}]})"),
             Contains("64 hexadecimal"));
  CHECK_THAT(message(R"({"keys": [{"name": "a", "role": "read", "key": "0123456789abcdef"},
                                  {"name": "a", "role": "read", "key": "0123456789abcdeX"}]})"),
             Contains("keys[1]"));
  CHECK_THAT(message(R"({"keys": [], "anonymous": "write"})"), Contains("only read"));
  const auto client = [&](const std::string& role, const std::string& more) {
    return message((R"({"keys": [{"name": "a", "key": "0123456789abcdef", "role": ")" + role +
                    "\", " + more + "}]}")
                       .c_str());
  };
  CHECK(client("client", R"("decryption_key": "AAECAwQFBgcICQoLDA0ODw==")") == "accepted");
  CHECK_THAT(client("client", R"("decryption_key": "AAECAw==")"), Contains("16 bytes"));
  CHECK_THAT(client("client", R"("decryption_key": "#")"), Contains("keys[0]: decryption_key"));
  CHECK_THAT(client("write", R"("decryption_key": "AAECAwQFBgcICQoLDA0ODw==")"),
             Contains("keys of the role client"));
  CHECK(client("client", R"("evaluation": "remote")") == "accepted");
  CHECK_THAT(client("client", R"("evaluation": "local")"), Contains("remote is expected"));
  CHECK_THAT(
      client("client", R"("evaluation": "remote", "decryption_key": "AAECAwQFBgcICQoLDA0ODw==")"),
      Contains("without decryption_key"));
  CHECK_THAT(client("decide", R"("evaluation": "remote")"), Contains("role client"));
  CHECK(client("client", R"("requests_per_minute": 1)") == "accepted");
  CHECK_THAT(client("client", R"("requests_per_minute": 0)"), Contains("1 to 60000000"));
  CHECK_THAT(client("client", R"("requests_per_minute": 0.5)"), Contains("an integer"));
  CHECK_THAT(client("read", R"("requests_per_minute": 5)"), Contains("role client"));
  CHECK(client("client", R"("event_types": ["exposure", "outcome"])") == "accepted");
  CHECK_THAT(client("client", R"("event_types": ["outcomes"])"),
             Contains("not \"outcomes\"") && Contains("exposure, outcome, link"));
  CHECK_THAT(client("client", R"("event_types": [])"), Contains("at least one"));
  CHECK_THAT(client("write", R"("event_types": ["erase"])"), Contains("role client"));
}

TEST_CASE("Keys: a file may let anyone read, and nobody more") {
  const auto ring = KeyRing::parse(R"({"keys": [], "anonymous": "read"})");
  REQUIRE(ring.has_value());
  REQUIRE(ring->anonymous() != nullptr);
  CHECK(ring->anonymous()->role == KeyRole::kRead);
}

TEST_CASE("Keys: a new key file is private, works, and is never overwritten") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("converge-keys-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "keys.json").string();
  const auto made = generate_key_file(path, AnonymousAccess::kNone);
  REQUIRE(made.has_value());
  CHECK(made->client != made->decide);
  struct stat about {};
  REQUIRE(stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777U) == 0600U);
  const auto ring = KeyRing::load(path);
  REQUIRE(ring.has_value());
  REQUIRE(ring->find(made->client) != nullptr);
  CHECK(ring->find(made->client)->role == KeyRole::kClient);
  REQUIRE(ring->find(made->decide) != nullptr);
  CHECK(ring->find(made->decide)->role == KeyRole::kDecide);
  CHECK(ring->anonymous() == nullptr);
  const auto again = generate_key_file(path, AnonymousAccess::kNone);
  REQUIRE(!again.has_value());
  CHECK(again.error().code == Errc::kConflict);
  CHECK(KeyRing::load(path)->find(made->decide) != nullptr);
  std::filesystem::remove_all(folder);
  CHECK(KeyRing::load(path).error().code == Errc::kNotFound);
}

}  // namespace
}  // namespace converge
