#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <thread>

#include "engine/codec/json.h"
#include "tests/http/ofrep_fixture.h"

// OpenFeature's remote evaluation protocol: all flags, entity tags, browsers, keys, stickiness.
namespace converge {
namespace {

using namespace test;

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
  // A length would have to be that of the answer with a body.
  CHECK(same.header("content-length").empty());
  // The client keeps its tag while the targeting key is the same, whatever else changes.
  CHECK(again(kFrench).status == 200);
  CHECK(again(kFrench).header("etag") != tag);
  CHECK(again(R"({"targetingKey": "u2", "country": "DE"})").status == 200);
  CHECK(again("{}").status == 200);
  // A connection goes on after an answer without a body.
  CHECK(again(kGerman).status == 304);
  server.apply(ofrep_definitions() + R"(  - key: another
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
  CHECK(server.post(std::string(kFlags) + query, kClientKey, in(kGerman)).status == 200);
  CHECK(server.post(path_of("still") + query, kClientKey, in(kGerman)).status == 200);
  CHECK(
      server
          .send("POST", std::string(kFlags) + query + "&client_key=" + kClientKey, {}, in(kGerman))
          .status == 200);
}

TEST_CASE("OFREP: bearer and X-API-Key carry a client key, and without one nobody gets in") {
  OfrepServer server;
  for (const std::string& path : {std::string(kFlags), path_of("still")}) {
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
  for (const std::string& path : {std::string(kFlags), path_of("still"), path_of("team/size")}) {
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
    CHECK(response.header("access-control-expose-headers") == "ETag, Retry-After, x-sse-support");
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
    auto answered = other.request("POST", path_of("kept_flag"), with_key(kClientKey), in(kGerman));
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
  CHECK(server.post(std::string(kFlags) + "?expose=true", kClientKey, in(kGerman)).status == 200);
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
  const Value* operation = document.find("paths")->find(path_of("{key}"))->find("post");
  const Value* schema =
      operation->find("requestBody")->find("content")->find("application/json")->find("schema");
  CHECK(*schema->find("additionalProperties")->as_boolean());
  CHECK(schema->find("properties")->find("context") != nullptr);
  CHECK(document.find("paths")->find(kFlags) != nullptr);
}

}  // namespace
}  // namespace converge
