#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>

#include "engine/assign/condition.h"
#include "engine/codec/json.h"
#include "tests/property/assign/json_values.h"

namespace converge {
namespace {

Value random_object(int depth) {
  const Value value = random_value(depth);
  return value.as_object() != nullptr ? value : Value::object({{random_name(), value}});
}

TEST_CASE("Conditions: any JSON compiles or is refused, and evaluates on any JSON") {
  rc::prop("never crashes, same answer twice", [] {
    const Value condition = random_object(5);
    const Condition::SavedGroups groups{{"a", random_value(2)}, {"", random_value(2)}};
    const auto compiled = Condition::compile(condition, groups, Condition::Limits{});
    if (!compiled) {
      RC_ASSERT(compiled.error().code == Errc::kInvalidArgument);
      return;
    }
    for (int i = 0; i < 5; ++i) {
      const Value attributes = random_value(4);
      const bool holds = compiled->holds(attributes);
      RC_ASSERT(compiled->holds(attributes) == holds);
      const auto negated =
          Condition::compile(Value::object({{"$not", condition}}), groups, Condition::Limits{});
      RC_ASSERT(negated.has_value());
      RC_ASSERT(negated->holds(attributes) == !holds);
    }
  });
}

TEST_CASE("Canonical JSON: reads back as the same value and stays as it is") {
  rc::prop("round trip and idempotence", [] {
    const Value value = random_value(5);
    for (const std::string& text :
         {to_json(value), to_json_pretty(value), to_canonical_json(value)}) {
      const auto read = parse_json(text);
      RC_ASSERT(read.has_value());
      RC_ASSERT(*read == value);
      RC_ASSERT(to_canonical_json(*read) == to_canonical_json(value));
    }
    RC_ASSERT(to_json(*parse_json(to_json(value))) == to_json(value));
  });
}

TEST_CASE("Canonical JSON: the order of members does not matter") {
  rc::prop("shuffled members", [] {
    const Value value = random_object(3);
    Value::Object members = *value.as_object();
    std::reverse(members.begin(), members.end());
    const Value reversed = Value::object(members);
    RC_ASSERT(reversed == value);
    RC_ASSERT(to_canonical_json(reversed) == to_canonical_json(value));
  });
}

TEST_CASE("JSON: any bytes are read or refused, never a crash") {
  rc::prop("bytes", [](const std::string& bytes) {
    const auto read = parse_json(bytes);
    if (read) {
      const auto again = parse_json(to_canonical_json(*read));
      RC_ASSERT(again.has_value());
      RC_ASSERT(*again == *read);
    }
  });
}

}  // namespace
}  // namespace converge
