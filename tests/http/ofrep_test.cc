#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "engine/codec/json.h"
#include "tests/http/ofrep_fixture.h"

// OpenFeature's remote evaluation protocol: what one flag answers, each trap by name.
namespace converge {
namespace {

using namespace test;

TEST_CASE("OFREP: reasons tell static, targeted, split and default values apart") {
  OfrepServer server;
  CHECK(reason_of(server.value_of("still", kGerman)) == "STATIC -");
  CHECK(reason_of(server.value_of("targeted", kFrench)) == "TARGETING_MATCH -");
  CHECK(reason_of(server.value_of("targeted", kGerman)) == "DEFAULT -");
  CHECK(reason_of(server.value_of("button_colour", kFrench)) == "DEFAULT -");
  const Value member = server.value_of("button_colour", kGerman);
  const std::string variant = text_at(member, "variant");
  CHECK(text_at(member, "reason") == "SPLIT");
  CHECK(text_at(member, "value") == (variant == "red" ? "red" : "blue"));
  std::set<std::string> shares;
  for (int i = 0; i < 40; ++i) {
    const Value flag =
        server.value_of("share", R"({"targetingKey": "u)" + std::to_string(i) + "\"}");
    shares.insert(text_at(flag, "value") + " " + text_at(flag, "reason"));
  }
  CHECK(shares == std::set<std::string>{"high SPLIT", "low DEFAULT"});
}

TEST_CASE("OFREP: a flag evaluates as /v1/assign assigns, for every unit") {
  OfrepServer server;
  std::set<std::string> variants;
  for (int i = 0; i < 100; ++i) {
    const std::string unit = "unit-" + std::to_string(i);
    const Value flag =
        server.value_of("button_colour", R"({"targetingKey": ")" + unit + R"(", "country": "DE"})");
    const Response assigned =
        server.post("/v1/assign", kClientKey,
                    R"({"unit": ")" + unit +
                        R"(", "attributes": {"country": "DE"}, "experiments": ["colour"]})");
    const Value assignment = item_at(json_of(assigned), "assignments", 0);
    CHECK(text_at(flag, "variant") == text_at(assignment, "variant"));
    CHECK(text_at(flag, "value") == text_at(assignment, "value"));
    variants.insert(text_at(flag, "variant"));
  }
  CHECK(variants.size() == 2);
}

TEST_CASE("OFREP: metadata name an experiment only when an exposure is due") {
  OfrepServer server;
  const Value member = server.value_of("button_colour", kGerman);
  const Value* metadata = member.find("metadata");
  REQUIRE(metadata != nullptr);
  CHECK(text_at(*metadata, "experiment") == "colour");
  CHECK(text_at(*metadata, "variant") == text_at(member, "variant"));
  CHECK(text_at(*metadata, "unit_kind") == "user_id");
  CHECK(text_at(*metadata, "unit") == "u1");
  CHECK(*metadata->find("exposure")->as_boolean());
  CHECK(text_at(*metadata, "version") == server.engine->catalog()->definitions_version());
  for (const auto& [name, value] : *metadata->as_object()) {
    INFO(name);
    CHECK(value.as_array() == nullptr);
    CHECK(value.as_object() == nullptr);
    CHECK_FALSE(value.is_null());
  }
  const auto is_silent = [](const Value& flag) {
    return flag.find("metadata")->find("experiment") == nullptr &&
           flag.find("metadata")->find("exposure") == nullptr;
  };
  CHECK(is_silent(server.value_of("button_colour", kFrench)));
  CHECK(is_silent(server.value_of("share", kFrench)));
  // A promoted winner comes from a rule with ranges: a split, but nobody's exposure.
  REQUIRE(server
              .post("/v1/experiments/colour/actions", kDecideKey,
                    R"({"action": "promote", "variant": "red"})")
              .status == 200);
  const Value promoted = server.value_of("button_colour", kGerman);
  CHECK(text_at(promoted, "value") == "red");
  CHECK(text_at(promoted, "variant") == "red");
  CHECK(is_silent(promoted));
}

TEST_CASE(
    "OFREP: a null value is absent, with the reason DEFAULT, so that the code's default counts") {
  OfrepServer server;
  for (const char* key : {"nothing", "gated"}) {
    INFO(key);
    const Value flag = server.value_of(key, kGerman);
    CHECK(flag.find("value") == nullptr);
    CHECK(reason_of(flag) == "DEFAULT -");
  }
}

TEST_CASE("OFREP: zero values are values, and integers have no fraction") {
  OfrepServer server;
  const std::map<std::string, std::string> expected = {
      {"zero", "0"},      {"no", "false"},
      {"blank", "\"\""},  {"empty", "{}"},
      {"ten", "10"},      {"half", "0.5"},
      {"hundred", "100"}, {"page", R"({"size":20,"ratios":[1,0.5],"title":null})"}};
  for (const auto& [key, value] : expected) {
    INFO(key);
    CHECK_THAT(server.one(key, kGerman).body, Catch::Contains("\"value\":" + value + ","));
  }
}

TEST_CASE("OFREP: an empty context is no error where no unit is needed") {
  OfrepServer server;
  CHECK(reason_of(server.value_of("still", "{}")) == "STATIC -");
  CHECK(reason_of(server.value_of("targeted", "{}")) == "DEFAULT -");
  CHECK(reason_of(server.value_of("targeted", R"({"country": "FR"})")) == "TARGETING_MATCH -");
  // Not targeted: its experiment asks for nobody's unit.
  CHECK(reason_of(server.value_of("button_colour", "{}")) == "DEFAULT -");
  for (const char* body : {"{}", R"({"context": null})", R"({"context": {}, "surplus": [1]})"}) {
    INFO(body);
    CHECK(server.post(path_of("still"), kClientKey, body).status == 200);
    CHECK(server.post(kFlags, kClientKey, body).status == 200);
  }
}

TEST_CASE(
    "OFREP: who has no unit where traffic is split is told that the targeting key is missing") {
  OfrepServer server;
  for (const char* context : {R"({"country": "DE"})", R"({"targetingKey": null, "country": "DE"})",
                              R"({"targetingKey": "", "country": "DE"})"}) {
    for (const char* key : {"button_colour", "share", "kept_flag", "behind"}) {
      INFO(key << " " << context);
      CHECK(error_code(server.one(key, context), 400, key) == "TARGETING_KEY_MISSING");
    }
  }
}

TEST_CASE("OFREP: an id that stands for nobody is an invalid context where it is needed") {
  OfrepServer server;
  for (const std::string& id : {std::string("0"), std::string("null"), std::string("undefined"),
                                std::string(257, 'x'), std::string("a\\u0001b")}) {
    const std::string context = R"({"targetingKey": ")" + id + R"(", "country": "DE"})";
    INFO(context);
    CHECK(error_code(server.one("button_colour", context), 400, "button_colour") ==
          "INVALID_CONTEXT");
    CHECK(reason_of(server.value_of("still", context)) == "STATIC -");
  }
}

TEST_CASE("OFREP: the context's own id comes before the targeting key") {
  OfrepServer server;
  const auto answers = [&server](const std::string& context_of) {
    std::string values;
    for (int i = 0; i < 40; ++i) {
      std::string context = context_of;
      while (context.find('#') != std::string::npos) {
        context.replace(context.find('#'), 1, std::to_string(1000 + i));
      }
      values += text_at(server.value_of("button_colour", context), "variant") + " ";
    }
    return values;
  };
  const std::string by_key = answers(R"({"targetingKey": "#", "country": "DE"})");
  CHECK(by_key == answers(R"({"targetingKey": "other", "id": "#", "country": "DE"})"));
  CHECK(by_key == answers(R"({"id": "#", "country": "DE"})"));
  CHECK(by_key == answers(R"({"id": #, "country": "DE"})"));
  CHECK(by_key == answers(R"({"id": null, "targetingKey": "#", "country": "DE"})"));
  CHECK(by_key == answers(R"({"id": [], "targetingKey": "#", "country": "DE"})"));
  CHECK(by_key != answers(R"({"targetingKey": "#", "id": "other", "country": "DE"})"));
}

TEST_CASE("OFREP: everything behind flags/ is the key, decoded once") {
  OfrepServer server;
  for (const char* path : {"team/size", "team%2Fsize", "team%2fsize"}) {
    CHECK(text_at(server.value_of(path, "{}"), "key") == "team/size");
  }
  CHECK(text_at(server.value_of("gr%C3%B6%C3%9Fe", "{}"), "key") == "größe");
  CHECK(error_code(server.one("team%252Fsize", "{}"), 404, "team%2Fsize") == "FLAG_NOT_FOUND");
  CHECK(error_code(server.one("team//size", "{}"), 404, "team//size") == "FLAG_NOT_FOUND");
  CHECK(error_code(server.one("", "{}"), 404, "") == "FLAG_NOT_FOUND");
  CHECK(error_code(server.one("other_flag", "{}"), 404, "other_flag") == "FLAG_NOT_FOUND");
  // An answer in another encoding than UTF-8 would be no JSON.
  CHECK(error_code(server.one("a%FF%22b", "{}"), 404, "a%FF\"b") == "FLAG_NOT_FOUND");
}

TEST_CASE("OFREP: hostile bodies get the protocol's errors, for one flag and for all") {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  const std::pair<std::string, const char*> rows[] = {
      {"", "PARSE_ERROR"},
      {"{", "PARSE_ERROR"},
      {"null", "PARSE_ERROR"},
      {"[]", "PARSE_ERROR"},
      {"\"context\"", "PARSE_ERROR"},
      {"{\"context\": {\"a\": \"\xff\"}}", "PARSE_ERROR"},
      {R"({"context": {"a": 1, "a": 2}})", "PARSE_ERROR"},
      {R"({"context": {"a": )" + deep + "}}", "PARSE_ERROR"},
      {R"({"context": {}} {})", "PARSE_ERROR"},
      {R"({"context": []})", "INVALID_CONTEXT"},
      {R"({"context": "u1"})", "INVALID_CONTEXT"},
      {R"({"context": 5})", "INVALID_CONTEXT"},
      {R"({"context": {"targetingKey": 5}})", "INVALID_CONTEXT"},
      {R"({"context": {"targetingKey": {}}})", "INVALID_CONTEXT"},
      {R"({"context": {"targetingKey": true}})", "INVALID_CONTEXT"},
  };
  OfrepServer server;
  for (const auto& [body, code] : rows) {
    INFO(body);
    CHECK(error_code(server.post(path_of("still"), kClientKey, body), 400, "still") == code);
    const Response all = server.post(kFlags, kClientKey, body);
    CHECK(all.status == 400);
    CHECK(text_at(json_of(all), "errorCode") == code);
    CHECK_FALSE(text_at(json_of(all), "errorDetails").empty());
    CHECK(all.header("etag").empty());
  }
}

TEST_CASE("OFREP: contexts hold whatever JSON has") {
  OfrepServer server;
  CHECK(
      server
          .one("button_colour",
               R"({"targetingKey": "u1", "country": "DE", "x": null, "born": "2001-02-03T04:05:06Z",
                     "deep": {"a": [1, {"b": 1e300}]}, "": 0, "__proto__": {"country": "FR"}})")
          .status == 200);
  // A condition on a text meets other types.
  for (const char* country : {"null", "7", "true", "[\"FR\", \"DE\"]", "{\"DE\": 1}"}) {
    const std::string context =
        R"({"targetingKey": "u1", "country": )" + std::string(country) + "}";
    INFO(context);
    CHECK(reason_of(server.value_of("button_colour", context)) == "DEFAULT -");
  }
}

}  // namespace
}  // namespace converge
