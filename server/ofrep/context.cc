#include "server/ofrep/context.h"

#include <optional>
#include <utility>

#include "engine/assign/unit_id.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

constexpr std::string_view kParseError = "PARSE_ERROR";
constexpr std::string_view kInvalidContext = "INVALID_CONTEXT";

OfrepError wrong_type(const std::string& where, const char* expected, const Value& found) {
  return {kInvalidContext,
          where + ": " + expected + " is expected, found " + name_of(found.type())};
}

/// Null for an absent member and for null.
const Value* member(const Value& object, std::string_view name) {
  const Value* found = object.find(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string unit_of(const Value& context, const std::string& unit_attribute) {
  if (const Value* own = member(context, unit_attribute)) {
    if (std::optional<std::string> id = unit_id_text(*own)) return *std::move(id);
  }
  const Value* targeting_key = member(context, "targetingKey");
  return targeting_key == nullptr ? std::string() : *targeting_key->as_string();
}

}  // namespace

std::variant<OfrepContext, OfrepError> read_ofrep_context(std::string_view body,
                                                          const std::string& unit_attribute) {
  const Result<Value> document = parse_json(body);
  if (!document) return OfrepError{kParseError, document.error().message};
  if (document->as_object() == nullptr) {
    return OfrepError{kParseError,
                      std::string("a JSON object is expected, found ") + name_of(document->type())};
  }
  static const Value kNothing = Value::object({});
  const Value* sent = member(*document, "context");
  const Value& context = sent == nullptr ? kNothing : *sent;
  if (context.as_object() == nullptr) return wrong_type("context", "an object", context);
  const Value* targeting_key = member(context, "targetingKey");
  if (targeting_key != nullptr && targeting_key->as_string() == nullptr) {
    return wrong_type("context.targetingKey", "a string", *targeting_key);
  }
  OfrepContext read{{unit_of(context, unit_attribute), context, std::nullopt}, {}};
  if (read.question.unit.empty()) return read;
  if (const Status unit = check_unit_id(read.question.unit); !unit) {
    read.refused_unit = unit.error().message;
    read.question.unit.clear();
  }
  return read;
}

}  // namespace converge
