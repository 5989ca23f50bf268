#include "tests/http/ofrep_fixture.h"

#include <catch2/catch.hpp>

namespace converge::test {

std::string ofrep_definitions() {
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

std::string path_of(const std::string& key) {
  return std::string(kFlags) + "/" + key;
}

std::string in(const std::string& context) {
  return R"({"context": )" + context + "}";
}

OfrepServer::OfrepServer() {
  apply(ofrep_definitions());
}

Response OfrepServer::one(const std::string& key, const std::string& context) {
  return post(path_of(key), kClientKey, in(context));
}

Response OfrepServer::all(const std::string& context, const NamedTexts& more_headers) {
  NamedTexts headers = with_key(kClientKey);
  headers.insert(headers.end(), more_headers.begin(), more_headers.end());
  return send("POST", kFlags, headers, in(context));
}

Value OfrepServer::value_of(const std::string& key, const std::string& context) {
  const Response response = one(key, context);
  REQUIRE(response.status == 200);
  CHECK(response.content_type == "application/json");
  return json_of(response);
}

std::string reason_of(const Value& flag) {
  return text_at(flag, "reason") + " " +
         (flag.find("variant") == nullptr ? "-" : text_at(flag, "variant"));
}

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

std::map<std::string, Value> by_key(const Response& response) {
  REQUIRE(response.status == 200);
  std::map<std::string, Value> flags;
  const Value answer = json_of(response);
  for (const Value& flag : *answer.find("flags")->as_array()) {
    CHECK(flags.emplace(text_at(flag, "key"), flag).second);
  }
  return flags;
}

}  // namespace converge::test
