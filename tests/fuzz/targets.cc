#include "tests/fuzz/targets.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "engine/assign/condition.h"
#include "engine/assign/pattern.h"
#include "engine/assign/version_key.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"
#include "engine/eval/eval.h"
#include "engine/features/assigner.h"
#include "engine/features/growthbook_payload.h"
#include "engine/promote/apply.h"

namespace converge::fuzz {
namespace {

const Value& member_or_null(const Value& object, const char* name) {
  static const Value kNull;
  const Value* member = object.find(name);
  return member == nullptr ? kNull : *member;
}

/// {"condition", "attributes"}: it compiles or says why, and answers the same twice.
void run_condition(std::string_view input) {
  const auto document = parse_json(input);
  if (!document) return;
  const auto condition =
      Condition::compile(member_or_null(*document, "condition"),
                         {{"g", Value::array({Value::string("x")})}}, Condition::Limits{});
  if (!condition) {
    CONVERGE_CHECK(!condition.error().message.empty());
    return;
  }
  const Value& attributes = member_or_null(*document, "attributes");
  CONVERGE_CHECK(condition->holds(attributes) == condition->holds(attributes));
}

/// A key depends on nothing but the text, and a "v" before it changes nothing.
void run_version(std::string_view input) {
  const std::string key = version_key(Value::string(std::string(input)));
  CONVERGE_CHECK(key == version_key(Value::string(std::string(input))));
  if (input.empty() || input.front() == 'v') return;
  CONVERGE_CHECK(key == version_key(Value::string("v" + std::string(input))));
}

/// The first line is the pattern, no longer than conditions allow, the rest the subject.
void run_pattern(std::string_view input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  if (end > Condition::Limits{}.pattern_bytes_max) return;
  const std::string_view subject = end < input.size() ? input.substr(end + 1) : "";
  for (const Pattern::Case letters : {Pattern::Case::kSensitive, Pattern::Case::kInsensitive}) {
    const auto pattern = Pattern::compile(input.substr(0, end), letters);
    if (pattern) CONVERGE_CHECK(pattern->found_in(subject) == pattern->found_in(subject));
  }
}

/// A line of `converge eval`: always one line of JSON with a result or an error.
void run_eval(std::string_view input) {
  const eval::Answer answer = eval::answer_line(input);
  const auto document = parse_json(answer.line, {128, std::size_t{64} * 1024 * 1024});
  CONVERGE_CHECK(document.has_value());
  CONVERGE_CHECK((document->find("error") != nullptr) == answer.is_error);
  CONVERGE_CHECK((document->find("result") != nullptr) != answer.is_error);
  CONVERGE_CHECK(answer.line.find('\n') == std::string::npos);
}

/// A features payload: what becomes definitions comes back with every key, and evaluates.
void run_payload(std::string_view input) {
  const auto payload = parse_json(input);
  if (!payload) return;
  const auto document = definitions_of_payload(*payload);
  if (!document) return;
  const ReadDefinitions read = read_definitions(*document);
  if (read.has_errors()) return;
  const auto plan = plan_definitions(Catalog{}, read.definitions, Time{});
  CONVERGE_CHECK(plan.has_value());
  const auto back = growthbook_payload(plan->next, "now");
  CONVERGE_CHECK(back.has_value());
  for (const auto& [name, value] : *payload->as_object()) {
    const Value* kept = back->find(name);
    CONVERGE_CHECK(kept != nullptr);
    if (name != "dateUpdated") CONVERGE_CHECK(*kept == value);
  }
  const auto assigner = Assigner::compile(plan->next);
  if (!assigner) return;  // a condition that does not compile: lint says so
  const Value attributes = Value::object({{"country", Value::string("DE")}});
  CONVERGE_CHECK((*assigner)->explain("unit-1", attributes, nullptr).has_value());
}

std::string nested(const std::string& open, const std::string& close, int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  for (int i = 0; i < depth; ++i) text += close;
  return text;
}

std::vector<std::string> condition_seeds() {
  return {
      R"({"condition":{"country":{"$in":["DE","FR"]},"age":{"$gte":18}},"attributes":{"country":"DE","age":20}})",
      R"({"condition":{"$or":[{"v":{"$vgt":"1.2.3-rc.1"}},{"$not":{"a.b.0":{"$regex":"^x+y$"}}}]},"attributes":{"a":{"b":["xxy"]},"v":"v2.0"}})",
      R"({"condition":{"tags":{"$all":["a",1]},"n":{"$elemMatch":{"$gt":5}},"s":{"$size":{"$lt":3}},"t":{"$type":"string"}},"attributes":{"tags":["a","1"],"n":[6],"s":[],"t":"x"}})",
      R"({"condition":{"id":{"$inGroup":"g"},"x":{"$exists":false}},"attributes":{"id":"x"}})",
      R"({"condition":{"a":{"$regex":"(a+)+$"}},"attributes":{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}})",
      R"({"condition":)" + nested(R"({"$not":)", "}", 60) + "}",
      R"({"condition":)" + nested(R"({"$and":[)", "]}", 30) + "}",
  };
}

std::vector<std::string> pattern_seeds() {
  return {"^a(b|c)*d$\nabcbcd",
          "(a+)+$\n" + std::string(2'000, 'a') + "!",
          "(a|a)*b\n" + std::string(2'000, 'a'),
          "(?:(?:(?:x{1,99}){1,99}){1,99}){1,99}\nx",
          std::string(R"((?<=a)\bfoo\b(?!bar)[^\]\-\w]+\u0041\x41\cA\d\D\s\S$)") + "\nfoo",
          std::string(R"(([\s\S]*)*\1\2(?=(.*)*)$)") + "\n" + std::string(500, 'x'),
          nested("(", ")*", 400) + "\nxx",
          "[\\u{1F600}-\\uFFFF\\x00]\n\xF0\x9F\x98\x80"};
}

std::vector<std::string> eval_seeds() {
  return {
      R"({"op":"hash","seed":"s","value":"u","version":2})",
      R"({"op":"condition","condition":{"a":1},"attributes":{"a":1},"saved_groups":{}})",
      R"({"op":"feature","key":"f","context":{"attributes":{"id":"1"},"features":{"f":{"defaultValue":1,"rules":[{"variations":[0,1],"coverage":0.5,"weights":[0.5,0.5]},{"force":2,"condition":{"id":"2"}}]}}}})",
      R"({"op":"feature","key":"a","context":{"features":{"a":{"rules":[{"parentConditions":[{"id":"b","condition":{"value":true},"gate":true}],"force":1}]},"b":{"rules":[{"parentConditions":[{"id":"a","condition":{}}],"force":true}]}}}})",
      R"({"op":"run","experiment":{"key":"e","variations":[0,1],"ranges":[[0,0.5],[0.5,1]],"namespace":["n",0,1],"urlPatterns":[{"type":"regex","include":true,"pattern":".*"}]},"context":{"attributes":{"id":"1"},"url":"http://x.y/?e=1"}})",
      R"({"op":"sticky","context":{"attributes":{"id":"1"},"features":{"f":{"rules":[{"key":"e","variations":[0,1],"meta":[{"key":"0"},{"key":"1"}],"bucketVersion":1,"minBucketVersion":1}]}}},"documents":{"id||1":{"attributeName":"id","attributeValue":"1","assignments":{"e__0":"1"}}},"feature":"f"})",
      R"({"op":"bucket_ranges","count":3,"coverage":0.4,"weights":[0.5,0.3,0.2]})",
      R"({"op":"query_override","key":"e","url":"http://x/?e=1#f","count":2})",
      R"({"op":"decrypt","payload":"AAAAAAAAAAAAAAAAAAAAAA==.AAAAAAAAAAAAAAAAAAAAAA==","key":"AAAAAAAAAAAAAAAAAAAAAA=="})",
      nested("[", "]", 5'000)};
}

std::vector<std::string> payload_seeds() {
  return {
      R"({"status":200,"features":{"f":{"defaultValue":1,"rules":[{"force":2,"coverage":0.1},{"key":"e","variations":["a","b"],"weights":[0.5,0.5],"meta":[{"key":"a","passthrough":true},{"key":"b"}],"hashVersion":2}]}},"savedGroups":{"g":["1"]},"dateUpdated":"x"})",
      R"({"features":{"a":{"rules":[{"parentConditions":[{"id":"a","condition":{"value":1}}],"force":1}]}}})",
      R"({"features":{"a":{"rules":[{"condition":{"x":{"$regex":"(a+)+$"}},"force":1,"experiment":"odd","growthbook":{"k":1}}]}},"contextualBandits":{"b":{"contexts":[{"leafId":1,"condition":{},"weights":[1,0]}]}}})"};
}

constexpr std::array<std::string_view, 40> kDictionary = {"\"$in\":",
                                                          "\"$nin\":",
                                                          "\"$regex\":",
                                                          "\"$not\":",
                                                          "\"$and\":[",
                                                          "\"$elemMatch\":",
                                                          "\"$size\":",
                                                          "\"$vgt\":",
                                                          "\"$type\":",
                                                          "\"$exists\":",
                                                          "null",
                                                          "true",
                                                          "{}",
                                                          "[]",
                                                          "\"\"",
                                                          "1e308",
                                                          "-0",
                                                          "1e-400",
                                                          "\\u0000",
                                                          "\\ud800",
                                                          "(",
                                                          ")",
                                                          "[^",
                                                          "{1,1000}",
                                                          "*+?",
                                                          "\\1",
                                                          "(?=",
                                                          "(?<!",
                                                          "|",
                                                          "\"force\":",
                                                          "\"rules\":[",
                                                          "\"variations\":[",
                                                          "\"ranges\":[[0,1]]",
                                                          "\"weights\":[",
                                                          "\"coverage\":",
                                                          "\"hashVersion\":1",
                                                          "\"parentConditions\":[",
                                                          "\"filters\":[",
                                                          "\"meta\":[",
                                                          "\xF0\x9F\x98\x80"};

}  // namespace

const std::vector<Target>& targets() {
  static const std::vector<Target> kTargets = {
      {"condition", run_condition, condition_seeds()},
      {"version", run_version, {"1.2.3-rc.1+b", "v10.0", "", std::string(5'000, '.'), "1-2-3-4"}},
      {"pattern", run_pattern, pattern_seeds()},
      {"eval", run_eval, eval_seeds()},
      {"payload", run_payload, payload_seeds()},
  };
  return kTargets;
}

const Target* find_target(std::string_view name) {
  const auto found = std::find_if(targets().begin(), targets().end(),
                                  [name](const Target& target) { return target.name == name; });
  return found == targets().end() ? nullptr : &*found;
}

std::span<const std::string_view> dictionary() {
  return kDictionary;
}

}  // namespace converge::fuzz
