#include "engine/assign/condition.h"

#include <catch2/catch.hpp>

#include "engine/codec/json.h"

namespace converge {
namespace {

Value json(const std::string& text) {
  const Result<Value> value = parse_json(text);
  INFO(text);
  REQUIRE(value.has_value());
  return *value;
}

Condition compiled(const std::string& condition, const std::string& groups = "{}") {
  Condition::SavedGroups saved;
  const Value document = json(groups);
  for (const auto& [name, group] : *document.as_object()) saved.emplace(name, group);
  const Result<Condition> result = Condition::compile(json(condition), saved, Condition::Limits{});
  INFO(condition);
  REQUIRE(result.has_value());
  return *result;
}

struct Row {
  const char* condition;
  const char* attributes;
  bool holds;
};

void check(const Row& row) {
  INFO(row.condition << " on " << row.attributes);
  CHECK(compiled(row.condition).holds(json(row.attributes)) == row.holds);
}

TEST_CASE("Conditions: logic and its empty forms") {
  check(GENERATE(values<Row>({
      {"null", "{}", true},
      {"{}", "{}", true},
      {R"({"$and":[]})", "{}", true},
      {R"({"$or":[]})", "{}", true},
      {R"({"$nor":[]})", "{}", false},
      {R"({"$and":[{"a":1},{"b":2}]})", R"({"a":1,"b":2})", true},
      {R"({"$and":[{"a":1},{"b":2}]})", R"({"a":1,"b":3})", false},
      {R"({"$or":[{"a":1},{"b":2}]})", R"({"a":0,"b":2})", true},
      {R"({"$or":[{"a":1},{"b":2}]})", R"({"a":0,"b":0})", false},
      {R"({"$nor":[{"a":1},{"b":2}]})", R"({"a":0,"b":0})", true},
      {R"({"$nor":[{"a":1},{"b":2}]})", R"({"a":1,"b":0})", false},
      {R"({"$not":{"a":1}})", R"({"a":2})", true},
      {R"({"$not":{}})", "{}", false},
      {R"({"a":1,"b":2})", R"({"a":1,"b":2})", true},
      {R"({"a":1,"b":2})", R"({"a":1})", false},
      {R"({"a":1,"$or":[{"b":2},{"c":3}]})", R"({"a":1,"c":3})", true},
      {R"({"$and":5})", "{}", true},
      {R"({"$or":5})", "{}", true},
      {R"({"$or":[null]})", "{}", false},
  })));
}

TEST_CASE("Conditions: paths walk objects and lists, a missing step is null") {
  check(GENERATE(values<Row>({
      {R"({"a.b.c":1})", R"({"a":{"b":{"c":1}}})", true},
      {R"({"a.b.c":null})", R"({"a":{"b":1}})", true},
      {R"({"a.b":null})", R"({"a":null})", true},
      {R"({"a.1":"y"})", R"({"a":["x","y"]})", true},
      {R"({"a.01":null})", R"({"a":["x","y"]})", true},
      {R"({"a.2":null})", R"({"a":["x","y"]})", true},
      {R"({"a.length":2})", R"({"a":["x","y"]})", true},
      {R"({"a.length":2})", R"({"a":"xy"})", false},
      {R"({"a.0.b":3})", R"({"a":[{"b":3}]})", true},
      {R"({"a":null})", "{}", true},
      {R"({"a":null})", R"({"a":null})", true},
      {R"({"a":null})", R"({"a":0})", false},
      {R"({"":1})", R"({"":1})", true},
      {R"({"a":1})", "null", false},
      {R"({"a":null})", "[1]", true},
  })));
}

TEST_CASE("Conditions: a wanted text, number or boolean coerces what it finds") {
  check(GENERATE(values<Row>({
      {R"({"a":"null"})", "{}", true},
      {R"({"a":"true"})", R"({"a":true})", true},
      {R"({"a":"1"})", R"({"a":1})", true},
      {R"({"a":"1"})", R"({"a":1.0})", true},
      {R"({"a":"1,,x"})", R"({"a":[1,null,"x"]})", true},
      {R"({"a":"[object Object]"})", R"({"a":{}})", true},
      {R"({"a":0})", "{}", true},
      {R"({"a":0})", R"({"a":""})", true},
      {R"({"a":0})", R"({"a":false})", true},
      {R"({"a":1})", R"({"a":true})", true},
      {R"({"a":12})", R"({"a":" 12 "})", true},
      {R"({"a":12})", R"({"a":"12px"})", false},
      {R"({"a":0})", R"({"a":[]})", true},
      {R"({"a":5})", R"({"a":[5]})", true},
      {R"({"a":0})", R"({"a":{}})", false},
      {R"({"a":true})", R"({"a":"x"})", true},
      {R"({"a":true})", R"({"a":[]})", true},
      {R"({"a":true})", "{}", false},
      {R"({"a":false})", "{}", false},
      {R"({"a":false})", R"({"a":0})", true},
      {R"({"a":false})", R"({"a":""})", true},
      {R"({"a":[1,2]})", R"({"a":[1.0,2]})", true},
      {R"({"a":[1,2]})", R"({"a":[2,1]})", false},
      {R"({"a":{"x":1,"y":2}})", R"({"a":{"x":1,"y":2}})", true},
      {R"({"a":{"x":1,"y":2}})", R"({"a":{"y":2,"x":1}})", false},
      {R"({"a":{}})", R"({"a":{}})", true},
      {R"({"a":{}})", R"({"a":1})", false},
      {R"({"a":{"$gt":1,"x":2}})", R"({"a":{"$gt":1,"x":2}})", true},
  })));
}

TEST_CASE("Conditions: equality and order operators") {
  check(GENERATE(values<Row>({
      {R"({"a":{"$eq":1}})", R"({"a":1.0})", true},
      {R"({"a":{"$eq":1}})", R"({"a":"1"})", false},
      {R"({"a":{"$eq":null}})", "{}", true},
      {R"({"a":{"$eq":[1]}})", R"({"a":[1]})", false},
      {R"({"a":{"$ne":[1]}})", R"({"a":[1]})", true},
      {R"({"a":{"$ne":1}})", "{}", true},
      {R"({"age":{"$lt":18}})", "{}", true},
      {R"({"age":{"$lt":18}})", R"({"age":18})", false},
      {R"({"age":{"$lte":18}})", R"({"age":18})", true},
      {R"({"age":{"$gt":18}})", R"({"age":"19"})", true},
      {R"({"age":{"$gte":18}})", R"({"age":"x"})", false},
      {R"({"age":{"$lt":18}})", R"({"age":"x"})", false},
      {R"({"a":{"$gt":"5"}})", "{}", false},
      {R"({"a":{"$gt":"5"}})", R"({"a":"10"})", false},
      {R"({"a":{"$gt":"5"}})", R"({"a":10})", true},
      {R"({"a":{"$lt":"！"}})", R"({"a":"😀"})", true},
      {R"({"a":{"$gt":1,"$lt":3}})", R"({"a":2})", true},
      {R"({"a":{"$gt":1,"$lt":3}})", R"({"a":3})", false},
  })));
}

TEST_CASE("Conditions: membership operators") {
  check(GENERATE(values<Row>({
      {R"({"a":{"$in":["x",1,null]}})", R"({"a":1})", true},
      {R"({"a":{"$in":["x",1,null]}})", R"({"a":"1"})", false},
      {R"({"a":{"$in":["x",1,null]}})", "{}", true},
      {R"({"a":{"$in":["x","y"]}})", R"({"a":["q","y"]})", true},
      {R"({"a":{"$in":["x","y"]}})", R"({"a":[]})", false},
      {R"({"a":{"$in":[]}})", R"({"a":1})", false},
      {R"({"a":{"$in":[[1]]}})", R"({"a":[[1]]})", false},
      {R"({"a":{"$nin":["x"]}})", R"({"a":"y"})", true},
      {R"({"a":{"$nin":["x"]}})", R"({"a":["y","x"]})", false},
      {R"({"a":{"$nin":["x"]}})", "{}", true},
      {R"({"a":{"$in":"x"}})", R"({"a":"x"})", false},
      {R"({"a":{"$nin":"x"}})", R"({"a":"y"})", false},
      {R"({"a":{"$in":["X"]}})", R"({"a":"x"})", false},
      {R"({"a":{"$ini":["ÅX",2]}})", R"({"a":"åx"})", true},
      {R"({"a":{"$ini":["X",2]}})", R"({"a":["q",2]})", true},
      {R"({"a":{"$nini":["X"]}})", R"({"a":"x"})", false},
      {R"({"a":{"$nini":["X"]}})", R"({"a":"y"})", true},
      {R"({"a":{"$nini":7}})", R"({"a":"y"})", false},
  })));
}

TEST_CASE("Conditions: list, type and existence operators") {
  check(GENERATE(values<Row>({
      {R"({"a":{"$exists":true}})", R"({"a":0})", true},
      {R"({"a":{"$exists":true}})", R"({"a":null})", false},
      {R"({"a":{"$exists":false}})", "{}", true},
      {R"({"a":{"$exists":1}})", R"({"a":""})", true},
      {R"({"a":{"$type":"null"}})", "{}", true},
      {R"({"a":{"$type":"undefined"}})", "{}", false},
      {R"({"a":{"$type":"array"}})", R"({"a":[]})", true},
      {R"({"a":{"$type":"object"}})", R"({"a":[]})", false},
      {R"({"a":{"$type":"string"}})", R"({"a":"1"})", true},
      {R"({"a":{"$type":"number"}})", R"({"a":1})", true},
      {R"({"a":{"$type":"boolean"}})", R"({"a":false})", true},
      {R"({"a":{"$size":2}})", R"({"a":[1,2]})", true},
      {R"({"a":{"$size":{"$gt":1}}})", R"({"a":[1,2]})", true},
      {R"({"a":{"$size":2}})", R"({"a":"ab"})", false},
      {R"({"a":{"$elemMatch":{"$gt":5}}})", R"({"a":[1,6]})", true},
      {R"({"a":{"$elemMatch":{"$lt":5}}})", R"({"a":[null]})", false},
      {R"({"a":{"$elemMatch":{"$lt":5}}})", R"({"a":[0]})", true},
      {R"({"a":{"$elemMatch":{"x":1}}})", R"({"a":[{"x":2},{"x":1}]})", true},
      {R"({"a":{"$elemMatch":{"x":1}}})", R"({"a":{"x":1}})", false},
      {R"({"a":{"$all":["1",{"$gt":5}]}})", R"({"a":[1,9]})", true},
      {R"({"a":{"$all":["1",{"$gt":5}]}})", R"({"a":[1,2]})", false},
      {R"({"a":{"$all":[]}})", R"({"a":[]})", true},
      {R"({"a":{"$all":["A"]}})", R"({"a":["a"]})", false},
      {R"({"a":{"$alli":["A"]}})", R"({"a":["a"]})", true},
      {R"({"a":{"$all":"A"}})", R"({"a":["A"]})", false},
      {R"({"a":{"$not":{"$gt":5}}})", "{}", true},
      {R"({"a":{"$not":"x"}})", R"({"a":"x"})", false},
  })));
}

TEST_CASE("Conditions: regular expressions and versions") {
  check(GENERATE(values<Row>({
      {R"({"a":{"$regex":"^b.d$"}})", R"({"a":"bad"})", true},
      {R"({"a":{"$regex":"^n"}})", "{}", true},
      {R"({"a":{"$regex":"2"}})", R"({"a":123})", true},
      {R"({"a":{"$regex":"("}})", R"({"a":"("})", false},
      {R"({"a":{"$regex":null}})", "{}", false},
      {R"({"a":{"$regex":5}})", R"({"a":5})", false},
      {R"({"a":{"$not":{"$regex":"("}}})", R"({"a":"("})", true},
      {R"({"a":{"$regex":"BAD"}})", R"({"a":"bad"})", false},
      {R"({"a":{"$regexi":"BAD"}})", R"({"a":"bad"})", true},
      {R"({"v":{"$vgt":"1.2.3-rc.1"}})", R"({"v":"1.2.3"})", true},
      {R"({"v":{"$vgt":"1.2.9"}})", R"({"v":"1.2.10"})", true},
      {R"({"v":{"$vlt":"10.0.0"}})", R"({"v":"9.9.9"})", true},
      {R"({"v":{"$veq":"v1.2.3+build"}})", R"({"v":"1.2.3"})", true},
      {R"({"v":{"$vne":"1.2.3"}})", R"({"v":"1.2.3"})", false},
      {R"({"v":{"$vgte":"1.2.3"}})", R"({"v":"1.2.3"})", true},
      {R"({"v":{"$vlte":"1.2.3"}})", R"({"v":"1.2.4"})", false},
      {R"({"v":{"$vlt":"1.0.0"}})", "{}", true},
      {R"({"a":{"$near":5}})", R"({"a":5})", false},
  })));
}

TEST_CASE("Conditions: saved groups") {
  const std::string groups = R"({
    "team": ["u1", 7], "list": {"type": "list", "attributeKey": "id", "values": ["u2"]},
    "cond": {"type": "condition", "condition": {"age": {"$gt": 17}}},
    "loop": {"type": "condition", "condition": {"$savedGroup": {"id": "loop"}}}})";
  const auto holds = [&groups](const char* condition, const char* attributes) {
    return compiled(condition, groups).holds(json(attributes));
  };
  CHECK(holds(R"({"id":{"$inGroup":"team"}})", R"({"id":"u1"})"));
  CHECK_FALSE(holds(R"({"id":{"$inGroup":"team"}})", R"({"id":"7"})"));
  CHECK(holds(R"({"id":{"$inGroup":"list"}})", R"({"id":"u2"})"));
  CHECK(holds(R"({"id":{"$notInGroup":"list"}})", R"({"id":"u1"})"));
  CHECK_FALSE(holds(R"({"id":{"$inGroup":"nobody"}})", R"({"id":"u1"})"));
  CHECK(holds(R"({"id":{"$notInGroup":"nobody"}})", R"({"id":"u1"})"));
  CHECK_FALSE(holds(R"({"id":{"$inGroup":"cond"}})", R"({"id":"u1"})"));
  CHECK_FALSE(holds(R"({"id":{"$notInGroup":"cond"}})", R"({"id":"u1"})"));
  CHECK(holds(R"({"$savedGroup":{"id":"list"}})", R"({"id":"u2"})"));
  CHECK(holds(R"({"$savedGroup":{"id":"list","attributeKey":"boss"}})", R"({"boss":"u2"})"));
  CHECK(holds(R"({"$savedGroup":{"id":"cond"}})", R"({"age":18})"));
  CHECK_FALSE(holds(R"({"$savedGroup":{"id":"cond"}})", R"({"age":17})"));
  CHECK_FALSE(holds(R"({"$savedGroup":{"id":"loop"}})", "{}"));
  CHECK_FALSE(holds(R"({"$savedGroup":{"id":"nobody"}})", "{}"));
  CHECK_FALSE(holds(R"({"$savedGroup":{"id":"team","attributeKey":"id"}})", R"({"id":"u1"})"));
}

TEST_CASE("Conditions: odd parts are named with their path") {
  const auto warned = [](const char* condition) -> std::string {
    const Condition result = compiled(condition);
    return result.warnings().empty()
               ? ""
               : result.warnings()[0].path + ": " + result.warnings()[0].message;
  };
  CHECK_THAT(warned(R"({"$or":[{"a":1},{"b":{"$near":1}}]})"),
             Catch::StartsWith("$or[1].b.$near: unknown operator"));
  CHECK_THAT(warned(R"({"a":{"$regex":"("}})"), Catch::StartsWith("a.$regex: invalid"));
  CHECK_THAT(warned(R"({"a":{"$regex":"(?<=a+)b"}})"), Catch::Contains("JavaScript accepts"));
  CHECK_THAT(warned(R"({"age":{"$lt":18}})"), Catch::StartsWith("age.$lt: also holds for units"));
  CHECK_THAT(warned(R"({"$xor":1})"), Catch::StartsWith("$xor: is no operator"));
  CHECK_THAT(warned(R"({"a":{"$in":5}})"), Catch::StartsWith("a.$in: expects a list"));
  CHECK_THAT(warned(R"({"a":{"$gt":1,"b":2}})"), Catch::StartsWith("a: mixes"));
  CHECK(warned(R"({"age":{"$lt":18,"$exists":true}})").empty());
  CHECK(warned(R"({"age":{"$gt":18},"c":{"$nin":["x"],"$ne":1}})").empty());
}

TEST_CASE("Conditions: too deep, too large and wrong types are refused") {
  const auto refused = [](const std::string& text, const Condition::Limits& limits) {
    const auto result = Condition::compile(json(text), {}, limits);
    return !result.has_value() && result.error().code == Errc::kInvalidArgument;
  };
  CHECK(refused("[]", {}));
  CHECK(refused("true", {}));
  CHECK(refused(R"({"$not":{"$not":{"a":1}}})", {.depth_max = 2}));
  CHECK_FALSE(refused(R"({"$not":{"$not":{"a":1}}})", {.depth_max = 3}));
  CHECK(refused(R"({"a":{"$regex":"abcd"}})", {.pattern_bytes_max = 3}));
  CHECK_FALSE(refused(R"({"a":{"$regex":"abcd"}})", {.pattern_bytes_max = 4}));
}

TEST_CASE("Conditions: a subject beyond the limit does not match") {
  const auto condition =
      Condition::compile(json(R"({"a":{"$regex":"x"}})"), {}, {.subject_bytes_max = 4});
  REQUIRE(condition.has_value());
  CHECK(condition->holds(json(R"({"a":"xxxx"})")));
  CHECK_FALSE(condition->holds(json(R"({"a":"xxxxx"})")));
}

TEST_CASE("Conditions: copies share what was compiled and outlive the original") {
  Condition copy;
  CHECK(copy.holds(json("{}")));
  {
    const Condition original = compiled(R"({"a":{"$in":["x"]}})");
    copy = original;
  }
  CHECK(copy.holds(json(R"({"a":"x"})")));
  CHECK_FALSE(copy.holds(json(R"({"a":"y"})")));
}

}  // namespace
}  // namespace converge
