#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <thread>

#include "engine/codec/json.h"
#include "tests/http/api_fixture.h"

// OpenFeature's remote evaluation protocol: each trap of it by name.
namespace converge {
namespace {

using namespace test;

/// kDefinitions (button_colour is an experiment in DE) with flags of every kind and "kept", which
/// is sticky.
std::string flag_definitions() {
  std::string text = kDefinitions;
  const std::string before = "metrics:\n  bought";
  text.replace(text.find(before), before.size(), R"(flags:
  still: {default: same for everyone}
  nothing: {default: null}
  ten: {default: 10.0}
  half: {default: 0.5}
  hundred: {default: 1e2}
  zero: {default: 0}
  no: {default: false}
  blank: {default: ""}
  empty: {default: {}}
  page: {default: {size: 20.0, ratios: [1.0, 0.5], title: null}}
  targeted: {default: plain, rules: [{condition: {country: FR}, force: french}]}
  share: {default: low, rules: [{id: share, percentage: 50%, force: high}]}
  gated: {default: open, rules: [{parentConditions: [{id: still, condition: {value: other}, gate: true}], force: forced}]}
  behind: {default: none, rules: [{parentConditions: [{id: share, condition: {value: high}}], force: some}]}
  team/size: {default: 4}
  größe: {default: 42}
)" + before);
  return text + R"(  - key: kept
    status: running
    hypothesis: Members stay
    owner: shop
    unit: user_id
    sticky: true
    flag: kept_flag
    condition: {country: {$in: [DE, AT]}}
    variants:
      - {key: control, weight: 50, value: old}
      - {key: fresh, weight: 50, value: new}
    metrics:
      - {metric: bought, role: success}
)";
}

const std::string kFlags = "/ofrep/v1/evaluate/flags";

std::string in(const std::string& context) {
  return R"({"context": )" + context + "}";
}

struct OfrepServer : TestServer {
  OfrepServer() { apply(flag_definitions()); }

  Response one(const std::string& key, const std::string& context) {
    return post(kFlags + "/" + key, kClientKey, in(context));
  }
  Value value_of(const std::string& key, const std::string& context) {
    const Response response = one(key, context);
    REQUIRE(response.status == 200);
    CHECK(response.content_type == "application/json");
    return json_of(response);
  }
  Response all(const std::string& context, const NamedTexts& more) {
    NamedTexts headers = with_key(kClientKey);
    headers.insert(headers.end(), more.begin(), more.end());
    return send("POST", kFlags, headers, in(context));
  }
};

/// "reason variant", or "reason -".
std::string reason_of(const Value& flag) {
  return text_at(flag, "reason") + " " +
         (flag.find("variant") == nullptr ? "-" : text_at(flag, "variant"));
}

/// Clients drop an error body without both.
std::string error_code(const Response& response, int status, const std::string& key) {
  INFO(response.body);
  CHECK(response.status == status);
  CHECK(response.content_type == "application/json");
  const Value error = json_of(response);
  CHECK(text_at(error, "key") == key);
  CHECK_FALSE(text_at(error, "errorDetails").empty());
  CHECK(error.find("value") == nullptr);
  return text_at(error, "errorCode");
}

const char* const kGerman = R"({"targetingKey": "u1", "country": "DE"})";
const char* const kFrench = R"({"targetingKey": "u1", "country": "FR"})";

std::map<std::string, Value> by_key(const Response& response) {
  REQUIRE(response.status == 200);
  std::map<std::string, Value> flags;
  const Value answer = json_of(response);
  for (const Value& flag : *answer.find("flags")->as_array()) {
    CHECK(flags.emplace(text_at(flag, "key"), flag).second);
  }
  return flags;
}

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
    CHECK(server.post(kFlags + "/still", kClientKey, body).status == 200);
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
    CHECK(error_code(server.post(kFlags + "/still", kClientKey, body), 400, "still") == code);
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

TEST_CASE("OFREP: all flags are those of the single calls, each once") {
  OfrepServer server;
  for (const char* context : {kGerman, kFrench}) {
    const std::map<std::string, Value> flags = by_key(server.all(context, {}));
    CHECK(flags.size() == 18);
    for (const auto& [key, flag] : flags) {
      INFO(key);
      std::string path = key;
      if (key == "größe") path = "gr%C3%B6%C3%9Fe";
      CHECK(to_json(flag) == to_json(server.value_of(path, context)));
    }
  }
}

TEST_CASE("OFREP: an error of one flag leaves the others their values") {
  OfrepServer server;
  const std::map<std::string, Value> flags = by_key(server.all(R"({"country": "DE"})", {}));
  std::set<std::string> failed;
  for (const auto& [key, flag] : flags) {
    if (flag.find("errorCode") == nullptr) continue;
    CHECK(text_at(flag, "errorCode") == "TARGETING_KEY_MISSING");
    CHECK(flag.find("reason") == nullptr);
    failed.insert(key);
  }
  CHECK(failed == std::set<std::string>{"behind", "button_colour", "kept_flag", "share"});
  CHECK(text_at(flags.at("still"), "reason") == "STATIC");
}

TEST_CASE(
    "OFREP: the entity tag changes with the context and the definitions, not with key order") {
  OfrepServer server;
  const Response first = server.all(kGerman, {});
  const std::string tag(first.header("etag"));
  CHECK_THAT(tag, Catch::Matches("\"[0-9a-f]{32}\""));
  const auto again = [&](const std::string& context) {
    return server.all(context, {{"If-None-Match", tag}});
  };
  const Response same = again(R"({"country": "DE", "targetingKey": "u1"})");
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(same.header("etag") == tag);
  // The client keeps its tag while the targeting key is the same, whatever else changes.
  CHECK(again(kFrench).status == 200);
  CHECK(again(kFrench).header("etag") != tag);
  CHECK(again(R"({"targetingKey": "u2", "country": "DE"})").status == 200);
  CHECK(again("{}").status == 200);
  // A connection goes on after an answer without a body.
  CHECK(again(kGerman).status == 304);
  server.apply(flag_definitions() + R"(  - key: another
    hypothesis: Not yet
    owner: shop
    unit: user_id
    flag: another_flag
    variants: [{key: control, value: 1}, {key: new, value: 2}]
    metrics: [{metric: bought, role: success}]
)");
  const Response changed = again(kGerman);
  CHECK(changed.status == 200);
  CHECK(changed.header("etag") != tag);
}

TEST_CASE("OFREP: If-None-Match may be a list, weak or any, and nonsense matches nothing") {
  OfrepServer server;
  const std::string tag(server.all(kGerman, {}).header("etag"));
  for (const std::string& list :
       {tag, "W/" + tag, "\"x\", " + tag, "W/\"a,b\" ,\t" + tag + ",", std::string("*")}) {
    INFO(list);
    CHECK(server.all(kGerman, {{"If-None-Match", list}}).status == 304);
  }
  const std::string bare = tag.substr(1, tag.size() - 2);
  for (const std::string& list :
       {bare, "\"" + bare, "w/" + tag, "\"" + bare + "x\"", std::string("W/"), std::string("\""),
        "x " + tag, std::string(","), std::string(10'000, ',')}) {
    INFO(list);
    CHECK(server.all(kGerman, {{"If-None-Match", list}}).status == 200);
  }
  CHECK(server.all(kGerman, {{"If-None-Match", "\"x\""}, {"If-None-Match", tag}}).status == 304);
}

TEST_CASE("OFREP: unknown query parameters are ignored") {
  OfrepServer server;
  const std::string query = "?flagConfigEtag=cfg-r17&flagConfigLastModified=1771622898&team=web";
  CHECK(server.post(kFlags + query, kClientKey, in(kGerman)).status == 200);
  CHECK(server.post(kFlags + "/still" + query, kClientKey, in(kGerman)).status == 200);
  CHECK(server.send("POST", kFlags + query + "&client_key=" + kClientKey, {}, in(kGerman)).status ==
        200);
}

TEST_CASE("OFREP: bearer and X-API-Key carry a client key, and without one nobody gets in") {
  OfrepServer server;
  for (const std::string& path : {kFlags, kFlags + "/still"}) {
    INFO(path);
    CHECK(server.send("POST", path, {{"X-API-Key", kClientKey}}, "{}").status == 200);
    CHECK(server.send("POST", path, {{"Authorization", std::string("Bearer ") + kClientKey}}, "{}")
              .status == 200);
    CHECK(server.send("POST", path, {}, "{}").status == 401);
    CHECK(server.send("POST", path, {{"X-API-Key", "unknown-key-0123456789"}}, "{}").status == 401);
    CHECK(server.send("POST", path, {{"X-API-Key", kWriteKey}}, "{}").status == 401);
    CHECK(server.post(path, kReadKey, "{}").status == 403);
  }
}

TEST_CASE("OFREP: browsers may ask, and read the tag and the pause of every answer") {
  OfrepServer server;
  for (const std::string& path : {kFlags, kFlags + "/still", kFlags + "/team/size"}) {
    INFO(path);
    const Response preflight = server.send(
        "OPTIONS", path,
        {{"Origin", "https://shop"}, {"Access-Control-Request-Headers", "authorization"}}, "");
    CHECK(preflight.status == 204);
    CHECK(preflight.header("access-control-allow-origin") == "*");
    CHECK_THAT(std::string(preflight.header("access-control-allow-methods")),
               Catch::Contains("POST") && Catch::Contains("OPTIONS"));
    for (const char* name : {"content-type", "authorization", "x-api-key", "if-none-match"}) {
      CHECK_THAT(std::string(preflight.header("access-control-allow-headers")),
                 Catch::Contains(name));
    }
    CHECK(std::stoi(std::string(preflight.header("access-control-max-age"))) >= 600);
  }
  const auto check_readable = [](const Response& response, int status) {
    CHECK(response.status == status);
    CHECK(response.header("access-control-allow-origin") == "*");
    CHECK(response.header("access-control-expose-headers") == "ETag, Retry-After");
  };
  const Response all = server.all(kGerman, {});
  check_readable(all, 200);
  check_readable(server.all(kGerman, {{"If-None-Match", std::string(all.header("etag"))}}), 304);
  check_readable(server.one("absent", "{}"), 404);
  check_readable(server.one("share", "{}"), 400);
  check_readable(server.send("POST", kFlags, {}, "{}"), 401);
  check_readable(server.post(kFlags, kReadKey, "{}"), 403);
  check_readable(server.post(kFlags, kClientKey, std::string(std::size_t{5} << 20U, ' ')), 413);
}

TEST_CASE("OFREP: a sticky member keeps its variant, whichever way it was asked first") {
  OfrepServer server;
  const Value first = server.value_of("kept_flag", kGerman);
  CHECK(text_at(first, "reason") == "SPLIT");
  const Value later = server.value_of("kept_flag", kFrench);
  CHECK(reason_of(later) == reason_of(first));
  CHECK(text_at(*later.find("metadata"), "experiment") == "kept");
  const std::map<std::string, Value> flags =
      by_key(server.all(R"({"targetingKey": "u1", "country": "US"})", {}));
  CHECK(reason_of(flags.at("kept_flag")) == reason_of(first));
  const Response assigned =
      server.post("/v1/assign", kClientKey, R"({"unit": "u1", "experiments": ["kept"]})");
  CHECK(text_at(item_at(json_of(assigned), "assignments", 0), "variant") ==
        text_at(first, "variant"));
}

TEST_CASE("OFREP: an answer about a sticky flag waits until the assignment is durable") {
  OfrepServer server;
  server.store.gated_sticky().gate.close();
  std::atomic<bool> is_answered = false;
  Response response;
  std::thread asking([&] {
    HttpClient other("127.0.0.1", server.http->port(), kPatience);
    auto answered = other.request("POST", kFlags + "/kept_flag", with_key(kClientKey), in(kGerman));
    is_answered = true;
    if (answered) response = *std::move(answered);
  });
  server.store.gated_sticky().gate.await_write();
  CHECK_FALSE(is_answered);
  // Nobody else waits, and a flag that is not sticky reads nothing.
  const int finds = server.store.gated_sticky().finds;
  CHECK(text_at(server.value_of("button_colour", kGerman), "reason") == "SPLIT");
  CHECK(server.store.gated_sticky().finds == finds);
  server.store.gated_sticky().gate.open();
  asking.join();
  CHECK(response.status == 200);
}

TEST_CASE("OFREP: what has no unit keeps nothing") {
  OfrepServer server;
  CHECK(server.one("kept_flag", R"({"country": "DE"})").status == 400);
  CHECK(server.store.gated_sticky().finds == 0);
}

TEST_CASE("OFREP: a store that fails is 503 with a pause, for flags that need it only") {
  OfrepServer server;
  server.store.gated_sticky().is_unreadable = true;
  const Response one = server.one("kept_flag", kGerman);
  CHECK(error_code(one, 503, "kept_flag") == "GENERAL");
  CHECK(one.header("retry-after") == "1");
  const Response all = server.all(kGerman, {});
  CHECK(all.status == 503);
  CHECK(text_at(json_of(all), "errorCode") == "GENERAL");
  CHECK(all.header("retry-after") == "1");
  CHECK(server.one("button_colour", kGerman).status == 200);
}

TEST_CASE("OFREP: an evaluation is no exposure unless that is asked of a single flag") {
  OfrepServer server;
  CHECK(server.one("button_colour", kGerman).status == 200);
  CHECK(server.one("button_colour?expose=false", kGerman).status == 200);
  CHECK(server.all(kGerman, {}).status == 200);
  CHECK(server.post(kFlags + "?expose=true", kClientKey, in(kGerman)).status == 200);
  CHECK(server.one("button_colour?expose=true", kFrench).status == 200);
  CHECK(server.one("share?expose=true", kGerman).status == 200);
  CHECK(server.one("share?expose=true", "{}").status == 400);
  CHECK(raw(*server.store.events().last()) == 0);
  const Value flag = server.value_of("button_colour?expose=true", kGerman);
  const auto rows = server.store.events().read(LogSeq{0}, 10);
  REQUIRE(rows->size() == 1);
  const Value event = *parse_json((*rows)[0].body);
  CHECK(text_at(event, "experiment") == "colour");
  CHECK(text_at(event, "variant") == text_at(flag, "variant"));
  CHECK(text_at(*event.find("units"), "user_id") == "u1");
  CHECK(text_at(*event.find("attributes"), "country") == "DE");
}

TEST_CASE("OFREP: an exposure that cannot be logged is an error of the evaluation") {
  OfrepServer server;
  const std::string large =
      R"({"targetingKey": "u1", "country": "DE", "x": ")" + std::string(100'000, 'x') + "\"}";
  CHECK(error_code(server.one("button_colour?expose=true", large), 400, "button_colour") ==
        "INVALID_CONTEXT");
  CHECK(server.one("button_colour", large).status == 200);
  server.store.gate().fail_with({Errc::kUnavailable, "disk full"});
  const Response response = server.one("button_colour?expose=true", kGerman);
  CHECK(error_code(response, 503, "button_colour") == "GENERAL");
  CHECK(response.header("retry-after") == "1");
}

TEST_CASE("OFREP: openapi.json says that more members are welcome") {
  OfrepServer server;
  const Value document = json_of(server.get("/openapi.json", ""));
  const Value* operation = document.find("paths")->find(kFlags + "/{key}")->find("post");
  const Value* schema =
      operation->find("requestBody")->find("content")->find("application/json")->find("schema");
  CHECK(*schema->find("additionalProperties")->as_boolean());
  CHECK(schema->find("properties")->find("context") != nullptr);
  CHECK(document.find("paths")->find(kFlags) != nullptr);
}

}  // namespace
}  // namespace converge
