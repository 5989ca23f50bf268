#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/model/value.h"

/// JSON objects that people and programs send: their form is a table that also feeds /openapi.json.
namespace converge {

enum class MemberKind { kText, kInteger, kBoolean, kObject, kArray, kTexts };
enum class Presence { kRequired, kOptional };

struct BodyMember {
  std::string_view name;
  MemberKind kind = MemberKind::kText;
  Presence presence = Presence::kOptional;
  std::string_view meaning;  ///< for the documentation
};

/// Parses one JSON object and checks it.
Result<Value> read_object(std::string_view json, std::span<const BodyMember> members);

/// kInvalidArgument that names the member: an unknown one with the nearest valid name, a wrong
/// type, a missing one. A null member counts as absent.
Status check_object(const Value& object, std::span<const BodyMember> members);

/// Of a checked object: null or nullopt when the member is absent.
const std::string* text_member(const Value& object, std::string_view name);
std::optional<std::int64_t> integer_member(const Value& object, std::string_view name);

/// The integer that a JSON number writes without fraction or exponent.
std::optional<std::int64_t> as_integer(const Value& value);

/// `; did you mean "status"?`, or the list of valid names when none is near.
std::string nearest_hint(const std::string& name, const std::vector<std::string>& valid);

}  // namespace converge
