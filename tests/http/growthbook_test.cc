#include <catch2/catch.hpp>

#include "engine/codec/json.h"
#include "engine/growthbook/feature_reader.h"
#include "tests/http/api_fixture.h"

// What GrowthBook SDKs fetch: the payload, and one user's features.
namespace converge {
namespace {

using namespace test;

const std::string kFeatures = std::string("/api/features/") + kClientKey;
const std::string kEval = std::string("/api/eval/") + kClientKey;

/// kDefinitions with another weight, flag or experiment in it.
std::string definitions_with(const std::string& flags, const std::string& experiments) {
  std::string text = kDefinitions;
  const std::string before = "metrics:\n  bought";
  text.replace(text.find(before), before.size(), flags + before);
  return text + experiments;
}

/// A flag that everybody has, and one that hangs on the experiment's.
constexpr const char* kFlags = R"(flags:
  greeting: {default: hello}
  shade:
    default: light
    rules:
      - {id: dark, parentConditions: [{id: button_colour, condition: {value: red}}], force: dark}
)";

constexpr const char* kSticky = R"(  - key: kept
    status: running
    hypothesis: Members stay
    owner: shop
    unit: user_id
    sticky: true
    flag: kept_flag
    variants:
      - {key: control, weight: 50, value: old}
      - {key: fresh, weight: 50, value: new}
    metrics:
      - {metric: bought, role: success}
)";

std::string error_of(const Response& response, int status) {
  INFO(response.body);
  REQUIRE(response.status == status);
  CHECK(response.content_type == "application/json");
  CHECK(integer_at(json_of(response), "status") == status);
  return text_at(json_of(response), "error");
}

struct GrowthBookServer : TestServer {
  GrowthBookServer() { apply(definitions_with(kFlags, kSticky)); }

  Response fetch(const std::string& tag) {
    NamedTexts headers;
    if (!tag.empty()) headers.emplace_back("If-None-Match", tag);
    return send("GET", kFeatures, headers, "");
  }
  Response evaluate(const std::string& body) {
    return send("POST", kEval, {{"Content-Type", "application/json"}}, body);
  }
  /// The feature of a user as JSON.
  Value feature(const std::string& body, const std::string& key) {
    const Response response = evaluate(body);
    REQUIRE(response.status == 200);
    const Value document = json_of(response);
    const Value* found = document.find("features")->find(key);
    INFO(response.body);
    REQUIRE(found != nullptr);
    return *found;
  }
  /// A German whom the experiment gives that variant.
  std::string user_with(const std::string& variant) {
    for (int i = 0; i < 50; ++i) {
      std::string unit = "u" + std::to_string(i);
      const Response response =
          post("/v1/assign", kClientKey,
               R"({"unit": ")" + unit +
                   R"(", "attributes": {"country": "DE"}, "experiments": ["colour"]})");
      if (text_at(item_at(json_of(response), "assignments", 0), "variant") == variant) return unit;
    }
    FAIL("nobody has " << variant);
    return "";
  }
  /// The question of a German.
  std::string german(const std::string& unit, const std::string& more) {
    return R"({"attributes": {"id": ")" + unit + R"(", "country": "DE"})" + more + "}";
  }
};

TEST_CASE("GrowthBook features: the payload of the present catalog with the headers SDKs read") {
  GrowthBookServer server;
  const Response response = server.fetch("");
  REQUIRE(response.status == 200);
  CHECK(response.content_type == "application/json");
  CHECK(response.header("cache-control") ==
        "public, max-age=30, stale-while-revalidate=3600, stale-if-error=36000");
  CHECK(response.header("access-control-allow-origin") == "*");
  CHECK(response.body.find('\n') == std::string::npos);
  const Value payload = json_of(response);
  CHECK(integer_at(payload, "status") == 200);
  CHECK(text_at(payload, "dateUpdated") == "2026-03-02T09:00:00Z");
  const FeatureSet set = growthbook::feature_set_of(payload);
  CHECK(set.features.contains("greeting"));
  REQUIRE(set.features.contains("button_colour"));
  CHECK(set.features.at("button_colour").rules.front().experiment->key == "colour");
}

TEST_CASE("GrowthBook features: who has the content already is told so without it") {
  GrowthBookServer server;
  const std::string tag(server.fetch("").header("etag"));
  CHECK(tag.size() == 34);
  for (const std::string& sent : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    INFO(sent);
    const Response same = server.fetch(sent);
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(same.header("etag") == tag);
    CHECK(same.header("content-length").empty());
    CHECK(same.header("access-control-allow-origin") == "*");
  }
  CHECK(server.fetch("\"other\"").status == 200);
  CHECK(server.fetch(tag.substr(1)).status == 200);
}

TEST_CASE("GrowthBook features: tag and dateUpdated change with the content, and only then") {
  GrowthBookServer server;
  const Response before = server.fetch("");
  server.clock.advance_to(server.clock.now() + std::chrono::minutes(1));
  server.apply(definitions_with(kFlags, kSticky));
  CHECK(server.fetch("").body == before.body);
  server.apply(definitions_with("flags:\n  greeting: {default: goodbye}\n", kSticky));
  const Response after = server.fetch(std::string(before.header("etag")));
  REQUIRE(after.status == 200);
  CHECK(after.header("etag") != before.header("etag"));
  CHECK(text_at(json_of(after), "dateUpdated") != text_at(json_of(before), "dateUpdated"));
  CHECK(text_at(*json_of(after).find("features")->find("greeting"), "defaultValue") == "goodbye");
}

TEST_CASE("GrowthBook features: HEAD answers the headers") {
  GrowthBookServer server;
  const Response head = server.send("HEAD", kFeatures, {}, "");
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK_FALSE(head.header("etag").empty());
}

TEST_CASE("GrowthBook errors: in GrowthBook's form, readable from any page") {
  GrowthBookServer server;
  const Response unknown = server.send("GET", "/api/features/sdk-unknown", {}, "");
  CHECK_THAT(error_of(unknown, 401), Catch::Contains("not known"));
  CHECK(unknown.header("access-control-allow-origin") == "*");
  CHECK(unknown.header("cache-control") == "no-store");
  CHECK_THAT(error_of(server.evaluate("nonsense"), 400), Catch::Contains("body"));
}

TEST_CASE("GrowthBook eval: a user's features are values, with the exposures that are due") {
  GrowthBookServer server;
  const std::string red = server.user_with("red");
  const Response response = server.evaluate(server.german(red, ""));
  REQUIRE(response.status == 200);
  CHECK(response.header("cache-control") == "no-store");
  CHECK(response.header("access-control-allow-origin") == "*");
  const Value document = json_of(response);
  CHECK(integer_at(document, "status") == 200);
  CHECK(text_at(document, "dateUpdated") == "2026-03-02T09:00:00Z");
  const Value& greeting = *document.find("features")->find("greeting");
  CHECK(to_json(greeting) == R"({"defaultValue":"hello"})");
  const Value& feature = *document.find("features")->find("button_colour");
  CHECK(text_at(feature, "defaultValue") == "red");
  const Value& rule = item_at(feature, "rules", 0);
  CHECK(text_at(rule, "force") == "red");
  const Value& track = item_at(rule, "tracks", 0);
  CHECK(text_at(*track.find("experiment"), "key") == "colour");
  CHECK(text_at(*track.find("result"), "key") == "red");
  CHECK(text_at(*track.find("result"), "hashAttribute") == "id");
  CHECK(text_at(*track.find("result"), "hashValue") == red);
}

TEST_CASE("GrowthBook eval: tracks tell neither targeting nor the other variations") {
  GrowthBookServer server;
  const Value feature = server.feature(server.german(server.user_with("red"), ""), "button_colour");
  const Value& experiment = *item_at(item_at(feature, "rules", 0), "tracks", 0).find("experiment");
  CHECK(experiment.find("condition") == nullptr);
  CHECK(experiment.find("parentConditions") == nullptr);
  CHECK(to_json(*experiment.find("variations")) == R"([{},"red"])");
}

TEST_CASE("GrowthBook eval: a prerequisite's exposure goes with the feature that needed it") {
  GrowthBookServer server;
  const Value dark = server.feature(server.german(server.user_with("red"), ""), "shade");
  CHECK(text_at(dark, "defaultValue") == "dark");
  CHECK(text_at(*item_at(item_at(dark, "rules", 0), "tracks", 0).find("experiment"), "key") ==
        "colour");
  const Value light = server.feature(server.german(server.user_with("control"), ""), "shade");
  CHECK(text_at(light, "defaultValue") == "light");
  CHECK(text_at(*item_at(item_at(light, "rules", 0), "tracks", 0).find("result"), "key") ==
        "control");
}

TEST_CASE("GrowthBook eval: who is not in the experiment has the default and no track") {
  GrowthBookServer server;
  const std::string french = R"({"attributes": {"id": "u1", "country": "FR"}})";
  CHECK(to_json(server.feature(french, "button_colour")) == R"({"defaultValue":"blue"})");
  CHECK(to_json(server.feature("{}", "button_colour")) == R"({"defaultValue":"blue"})");
}

TEST_CASE("GrowthBook eval: what is forced gives values and no tracks") {
  GrowthBookServer server;
  const std::string control = server.user_with("control");
  const std::string variation = server.german(control, R"(, "forcedVariations": {"colour": 1})");
  CHECK(to_json(server.feature(variation, "button_colour")) == R"({"defaultValue":"red"})");
  const std::string listed =
      server.german(control, R"(, "forcedFeatures": [["button_colour", "green"], ["greeting"]])");
  CHECK(to_json(server.feature(listed, "button_colour")) == R"({"defaultValue":"green"})");
  CHECK(to_json(server.feature(listed, "greeting")) == R"({"defaultValue":null})");
  const std::string object =
      server.german(control, R"(, "forcedFeatures": {"greeting": "forced"})");
  CHECK(to_json(server.feature(object, "greeting")) == R"({"defaultValue":"forced"})");
  const std::string url = server.german(control, R"(, "url": "https://shop.example/?colour=1")");
  CHECK(to_json(server.feature(url, "button_colour")) == R"({"defaultValue":"red"})");
}

TEST_CASE("GrowthBook eval: a member keeps the variant, as POST /v1/assign does") {
  GrowthBookServer server;
  const std::string first =
      text_at(server.feature(R"({"attributes": {"id": "u1"}})", "kept_flag"), "defaultValue");
  const Response kept = server.get("/v1/sticky?attribute=id&value=u1", kReadKey);
  const std::string variant = first == "new" ? "fresh" : "control";
  CHECK(to_json(*json_of(kept).find("assignments")) == R"({"kept__1":")" + variant + R"("})");
  const Value again = server.feature(R"({"attributes": {"id": "u1"}})", "kept_flag");
  const Value& result = *item_at(item_at(again, "rules", 0), "tracks", 0).find("result");
  CHECK(text_at(result, "key") == variant);
  CHECK(*result.find("stickyBucketUsed")->as_boolean());
}

TEST_CASE("GrowthBook eval: an id that may not be assigned is no unit, and nothing is kept") {
  GrowthBookServer server;
  server.store.gated_sticky().finds = 0;
  for (const std::string& id :
       {std::string(R"("null")"), std::string(R"("")"), std::string("0"),
        '"' + std::string(300, 'x') + '"', std::string("[1]"), std::string(R"({"a": 1})")}) {
    INFO(id);
    const std::string body = R"({"attributes": {"country": "DE", "id": )" + id + "}}";
    CHECK(to_json(server.feature(body, "button_colour")) == R"({"defaultValue":"blue"})");
    CHECK(to_json(server.feature(body, "kept_flag")) == R"({"defaultValue":"old"})");
  }
  CHECK(server.store.gated_sticky().finds == 0);
}

TEST_CASE("GrowthBook eval: a store that fails is 503 in GrowthBook's form") {
  GrowthBookServer server;
  server.store.gated_sticky().is_unreadable = true;
  const Response response = server.evaluate(server.german("u1", ""));
  CHECK_THAT(error_of(response, 503), Catch::Contains("disk"));
  CHECK(response.header("retry-after") == "1");
}

/// {"m0": 1, "m1": 1, ...}
std::string members(int count) {
  std::string text = "{";
  for (int i = 0; i < count; ++i) {
    text += (i == 0 ? "\"m" : ", \"m") + std::to_string(i) + "\": 1";
  }
  return text + "}";
}

TEST_CASE("GrowthBook eval: bodies beyond a limit or of another form are refused by name") {
  GrowthBookServer server;
  const std::string many = members(1'001);
  for (const std::string& name : {std::string("attributes"), std::string("forcedVariations"),
                                  std::string("forcedFeatures")}) {
    CHECK_THAT(error_of(server.evaluate("{\"" + name + "\": " + many + "}"), 413),
               Catch::Contains(name));
    CHECK_THAT(error_of(server.evaluate("{\"" + name + "\": 7}"), 400), Catch::Contains(name));
    CHECK(server.evaluate("{\"" + name + "\": " + members(1'000) + "}").status == 200);
    CHECK(server.evaluate("{\"" + name + "\": null}").status == 200);
  }
  std::string pairs = "[[\"a\", 1]";
  for (int i = 0; i < 1'000; ++i) pairs += ", [\"a\", 1]";
  CHECK_THAT(error_of(server.evaluate(R"({"forcedFeatures": )" + pairs + "]}"), 413),
             Catch::Contains("forcedFeatures"));
  CHECK_THAT(error_of(server.evaluate(R"({"url": 1})"), 400), Catch::Contains("url"));
  CHECK_THAT(error_of(server.evaluate(R"({"url": ")" + std::string(9'000, 'u') + "\"}"), 413),
             Catch::Contains("url"));
}

TEST_CASE("GrowthBook eval: hostile bodies are refused, or mean nothing") {
  GrowthBookServer server;
  for (const char* body : {"", "null", "7", "[]", "{", "{\"attributes\": {\"a\": 1, \"a\": 2}}",
                           "{\"attributes\": {\"id\": \"\\ud800\"}}", "{\"attributes\": NaN}"}) {
    INFO(body);
    CHECK_FALSE(error_of(server.evaluate(body), 400).empty());
  }
  const std::string deep =
      R"({"attributes": )" + std::string(5'000, '[') + std::string(5'000, ']') + "}";
  CHECK_FALSE(error_of(server.evaluate(deep), 413).empty());
  for (const char* body :
       {R"({"forcedFeatures": [1, "x", [], [null], [{}, 1], ["a", 1, 2]]})",
        R"({"forcedVariations": {"colour": 99, "x": "1", "y": -1, "z": 1e300, "w": null}})",
        R"({"attributes": {"__proto__": 1, "": 2, "id": 1e400}})",
        R"({"url": "?colour=99999999999999999999"})", R"({"unknown": {}})"}) {
    INFO(body);
    CHECK(text_at(server.feature(body, "greeting"), "defaultValue") == "hello");
  }
}

}  // namespace
}  // namespace converge
