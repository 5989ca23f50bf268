#include "server/api/openapi.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "engine/codec/json.h"
#include "server/api/openapi_schemas.h"

namespace converge {
namespace {

Value text(std::string_view content) {
  return Value::string(std::string(content));
}

Value type_schema(MemberKind kind) {
  switch (kind) {
    case MemberKind::kText:
      return Value::object({{"type", text("string")}});
    case MemberKind::kInteger:
      return Value::object({{"type", text("integer")}});
    case MemberKind::kBoolean:
      return Value::object({{"type", text("boolean")}});
    case MemberKind::kObject:
      return Value::object({{"type", text("object")}});
    case MemberKind::kArray:
      return Value::object({{"type", text("array")}});
    case MemberKind::kTexts:
      return Value::object(
          {{"type", text("array")}, {"items", Value::object({{"type", text("string")}})}});
  }
  return Value();
}

Value body_schema(std::span<const BodyMember> members, Surplus surplus) {
  Value::Object properties;
  Value::Array required;
  for (const BodyMember& member : members) {
    Value::Object property = *type_schema(member.kind).as_object();
    property.emplace_back("description", text(member.meaning));
    properties.emplace_back(member.name, Value::object(std::move(property)));
    if (member.presence == Presence::kRequired) required.push_back(text(member.name));
  }
  return Value::object({{"type", text("object")},
                        {"properties", Value::object(std::move(properties))},
                        {"required", Value::array(std::move(required))},
                        {"additionalProperties", Value::boolean(surplus == Surplus::kIgnored)}});
}

Value parameters(const Route& route) {
  Value::Array list;
  const Value string_schema = Value::object({{"type", text("string")}});
  const std::string_view parameter = path_parameter(route.path);
  if (!parameter.empty()) {
    list.push_back(Value::object({{"name", text(parameter.substr(1, parameter.size() - 2))},
                                  {"in", text("path")},
                                  {"required", Value::boolean(true)},
                                  {"description", text(route.parameter)},
                                  {"schema", string_schema}}));
  }
  for (const QueryParameter& asked : route.query) {
    list.push_back(Value::object({{"name", text(asked.name)},
                                  {"in", text("query")},
                                  {"required", Value::boolean(false)},
                                  {"description", text(asked.meaning)},
                                  {"schema", string_schema}}));
  }
  return Value::array(std::move(list));
}

/// A key of either kind for client routes, a secret one for the rest; the role stands beside. A key
/// in the path is a parameter.
Value security(const Route& route) {
  if (route.access == Access::kOpen || has_key_in_path(route.path)) return Value::array({});
  Value::Array alternatives{Value::object({{"secretKey", Value::array({})}})};
  if (route.access == Access::kClient) {
    alternatives.push_back(Value::object({{"clientKey", Value::array({})}}));
    alternatives.push_back(Value::object({{"apiKey", Value::array({})}}));
    alternatives.push_back(Value::object({{"clientKeyParameter", Value::array({})}}));
  }
  return Value::array(std::move(alternatives));
}

Value schema_reference(std::string_view name) {
  return Value::object({{"$ref", text("#/components/schemas/" + std::string(name))}});
}

Value json_content(std::string_view content_type, std::string_view schema) {
  return Value::object(
      {{std::string(content_type), Value::object({{"schema", schema_reference(schema)}})}});
}

Value text_content() {
  return Value::object({{"schema", Value::object({{"type", text("string")}})}});
}

Value described(std::string_view description, Value content) {
  return Value::object({{"description", text(description)}, {"content", std::move(content)}});
}

Value error_answer(const Route& route) {
  if (route.error != static_cast<ErrorForm>(coded_problem)) {
    return described("as GrowthBook's API tells errors",
                     json_content("application/json", "GrowthBookFailure"));
  }
  return described("RFC 9457 problem details", json_content("application/problem+json", "Problem"));
}

Value with_pause(const Value& answer) {
  Value::Object members = *answer.as_object();
  const Value seconds = Value::object(
      {{"description", text("seconds until another attempt is worth it")},
       {"schema", Value::object({{"type", text("integer")}, {"minimum", Value::integer(1)}})}});
  members.emplace_back("headers", Value::object({{"Retry-After", seconds}}));
  return Value::object(std::move(members));
}

Value answer_content(const Answer& answer) {
  Value::Object content;
  if (!answer.schema.empty()) {
    content = *json_content(answer.json_type, answer.schema).as_object();
  }
  if (!answer.other_type.empty()) content.emplace_back(answer.other_type, text_content());
  return Value::object(std::move(content));
}

/// Keys, verbs and sizes are refused in the route's form, what a handler refuses in the answer's.
Value answers(const Route& route) {
  Value::Object all{{"200", described("the answer", answer_content(route.answer))}};
  if (route.revalidation == Revalidation::kEntityTag) {
    all.emplace_back("304", Value::object({{"description", text("If-None-Match names the ETag")}}));
  }
  if (!route.answer.failure.empty()) {
    const Value failure = described("why there is no answer, in the protocol's form",
                                    json_content("application/json", route.answer.failure));
    all.emplace_back("400", failure);
    if (!path_parameter(route.path).empty()) all.emplace_back("404", failure);
    all.emplace_back("503", with_pause(failure));
  }
  if (route.access == Access::kClient) all.emplace_back("429", with_pause(error_answer(route)));
  all.emplace_back("default", error_answer(route));
  return Value::object(std::move(all));
}

std::optional<Value> request_body(const Route& route) {
  const RequestBody& body = route.body;
  Value::Object content;
  if (!body.members.empty()) {
    const Value schema = body_schema(body.members, route.surplus);
    content.emplace_back("application/json", Value::object({{"schema", schema}}));
  } else if (!body.schema.empty()) {
    content = *json_content("application/json", body.schema).as_object();
  } else {
    return std::nullopt;
  }
  for (std::string_view rest = body.other_types; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    content.emplace_back(rest.substr(0, end), text_content());
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return Value::object(
      {{"required", Value::boolean(true)}, {"content", Value::object(std::move(content))}});
}

/// "post_ofrep_v1_evaluate_flags_key": for generators of clients.
std::string operation_id(const Route& route) {
  std::string id(name_of(route.verb));
  for (const char c : route.path) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_word) {
      id += c;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  if (id.back() == '_') id.pop_back();
  std::transform(id.begin(), id.end(), id.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return id;
}

Value operation(const Route& route) {
  Value::Object members{{"operationId", text(operation_id(route))},
                        {"summary", text(route.summary)},
                        {"x-role", text(name_of(route.access))},
                        {"security", security(route)},
                        {"parameters", parameters(route)}};
  if (std::optional<Value> body = request_body(route)) {
    members.emplace_back("requestBody", *std::move(body));
  }
  members.emplace_back("responses", answers(route));
  return Value::object(std::move(members));
}

Value key_scheme(std::string_view place, std::string_view name) {
  return Value::object({{"type", text("apiKey")}, {"in", text(place)}, {"name", text(name)}});
}

Value schemas() {
  Value::Object all;
  for (const std::string_view file : openapi_schemas()) {
    const Result<Value> schemas = parse_json(file);
    CONVERGE_CHECK(schemas.has_value());
    all.insert(all.end(), schemas->as_object()->begin(), schemas->as_object()->end());
  }
  return Value::object(std::move(all));
}

Value components() {
  return Value::object(
      {{"schemas", schemas()},
       {"securitySchemes",
        Value::object(
            {{"secretKey", Value::object({{"type", text("http")}, {"scheme", text("bearer")}})},
             {"clientKey", key_scheme("header", "X-Client-Key")},
             {"apiKey", key_scheme("header", "X-API-Key")},
             {"clientKeyParameter", key_scheme("query", "client_key")}})}});
}

}  // namespace

Value openapi_document(std::span<const Route> routes) {
  // Verbs of one path stand side by side in one object.
  std::vector<std::pair<std::string, Value::Object>> by_path;
  for (const Route& route : routes) {
    std::string verb(name_of(route.verb));
    for (char& c : verb) c = static_cast<char>(c - 'A' + 'a');
    auto path = std::find_if(by_path.begin(), by_path.end(),
                             [&route](const auto& known) { return known.first == route.path; });
    if (path == by_path.end()) path = by_path.insert(path, {std::string(route.path), {}});
    path->second.emplace_back(std::move(verb), operation(route));
  }
  Value::Object paths;
  for (auto& [path, verbs] : by_path) paths.emplace_back(path, Value::object(std::move(verbs)));
  return Value::object(
      {{"openapi", text("3.1.0")},
       {"info", Value::object({{"title", text("Converge")}, {"version", text("v1")}})},
       {"paths", Value::object(std::move(paths))},
       {"components", components()}});
}

}  // namespace converge
