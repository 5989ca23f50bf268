#include "server/api/body.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "engine/codec/definition.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

bool is_texts(const Value& value) {
  const Value::Array* items = value.as_array();
  return items != nullptr && std::all_of(items->begin(), items->end(), [](const Value& item) {
           return item.as_string() != nullptr;
         });
}

bool has_kind(const Value& value, MemberKind kind) {
  switch (kind) {
    case MemberKind::kText:
      return value.as_string() != nullptr;
    case MemberKind::kInteger:
      return as_integer(value).has_value();
    case MemberKind::kBoolean:
      return value.as_boolean() != nullptr;
    case MemberKind::kObject:
      return value.as_object() != nullptr;
    case MemberKind::kArray:
      return value.as_array() != nullptr;
    case MemberKind::kTexts:
      return is_texts(value);
  }
  return false;
}

const char* expected(MemberKind kind) {
  switch (kind) {
    case MemberKind::kText:
      return "a string";
    case MemberKind::kInteger:
      return "an integer";
    case MemberKind::kBoolean:
      return "true or false";
    case MemberKind::kObject:
      return "an object";
    case MemberKind::kArray:
      return "an array";
    case MemberKind::kTexts:
      return "an array of strings";
  }
  return "";
}

std::string found_text(const Value& value) {
  return value.as_number() != nullptr ? value.as_number()->text : name_of(value.type());
}

Status check_member(const Value::Member& member, std::span<const BodyMember> members) {
  const std::string& name = member.first;
  const Value& value = member.second;
  const auto known = std::find_if(members.begin(), members.end(),
                                  [&name](const BodyMember& m) { return m.name == name; });
  if (known == members.end()) {
    std::vector<std::string> valid;
    for (const BodyMember& candidate : members) valid.emplace_back(candidate.name);
    return Error{Errc::kInvalidArgument,
                 "unknown member \"" + name + "\"" + nearest_hint(name, valid)};
  }
  if (value.is_null() || has_kind(value, known->kind)) return {};
  return Error{Errc::kInvalidArgument,
               name + ": " + expected(known->kind) + " is expected, found " + found_text(value)};
}

}  // namespace

Result<Value> read_object(std::string_view json, std::span<const BodyMember> members) {
  Result<Value> value = parse_json(json);
  if (!value) return value;
  if (const Status form = check_object(*value, members); !form) return form.error();
  return value;
}

Status check_object(const Value& object, std::span<const BodyMember> members) {
  const Value::Object* sent = object.as_object();
  if (sent == nullptr) {
    return Error{Errc::kInvalidArgument,
                 std::string("a JSON object is expected, found ") + name_of(object.type())};
  }
  for (const Value::Member& member : *sent) {
    if (const Status form = check_member(member, members); !form) return form.error();
  }
  for (const BodyMember& member : members) {
    const Value* found = object.find(member.name);
    if (member.presence == Presence::kRequired && (found == nullptr || found->is_null())) {
      return Error{Errc::kInvalidArgument, "the member \"" + std::string(member.name) +
                                               "\" is missing: " + std::string(member.meaning)};
    }
  }
  return {};
}

const std::string* text_member(const Value& object, std::string_view name) {
  const Value* found = object.find(name);
  return found == nullptr ? nullptr : found->as_string();
}

std::optional<std::int64_t> integer_member(const Value& object, std::string_view name) {
  const Value* found = object.find(name);
  return found == nullptr ? std::nullopt : as_integer(*found);
}

std::optional<std::int64_t> as_integer(const Value& value) {
  const Value::Number* number = value.as_number();
  if (number == nullptr) return std::nullopt;
  std::int64_t integer = 0;
  const char* last = number->text.data() + number->text.size();
  const auto [end, error] = std::from_chars(number->text.data(), last, integer);
  if (error != std::errc() || end != last) return std::nullopt;
  return integer;
}

std::string nearest_hint(const std::string& name, const std::vector<std::string>& valid) {
  const std::string nearest = nearest_name(name, valid);
  if (!nearest.empty()) return "; did you mean \"" + nearest + "\"?";
  if (valid.empty()) return "; none is accepted here";
  std::string list;
  for (const std::string& candidate : valid) list += (list.empty() ? "" : ", ") + candidate;
  return "; accepted are " + list;
}

}  // namespace converge
