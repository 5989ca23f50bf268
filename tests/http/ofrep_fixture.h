#pragma once

#include <map>
#include <string>

#include "tests/http/api_fixture.h"

namespace converge::test {

/// kDefinitions (button_colour is an experiment in DE) with flags of every kind and "kept", which
/// is sticky.
std::string ofrep_definitions();

inline constexpr const char* kFlags = "/ofrep/v1/evaluate/flags";
inline constexpr const char* kGerman = R"({"targetingKey": "u1", "country": "DE"})";
inline constexpr const char* kFrench = R"({"targetingKey": "u1", "country": "FR"})";

/// The path of one flag, and the body of a request.
std::string path_of(const std::string& key);
std::string in(const std::string& context);

/// A test server with ofrep_definitions() in force.
struct OfrepServer : TestServer {
  OfrepServer();

  /// Asks for one flag (its key as the path has it), or for all, in a context.
  Response one(const std::string& key, const std::string& context);
  Response all(const std::string& context, const NamedTexts& more_headers);
  /// The answer for one flag; fails the test when it is none.
  Value value_of(const std::string& key, const std::string& context);
};

/// "reason variant", or "reason -".
std::string reason_of(const Value& flag);
/// The error's code. Clients drop an error body without both key and code.
std::string error_code(const Response& response, int status, const std::string& key);
/// The items of an answer for all flags; fails the test when a key comes twice.
std::map<std::string, Value> by_key(const Response& response);

}  // namespace converge::test
