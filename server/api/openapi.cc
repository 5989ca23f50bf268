#include "server/api/openapi.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

Value error_answer(const Route& route) {
  if (route.error != static_cast<ErrorForm>(coded_problem)) {
    return Value::object({{"description", text("{status, error}: as GrowthBook's API tells it")}});
  }
  const Value schema = Value::object({{"$ref", text("#/components/schemas/Problem")}});
  const Value content =
      Value::object({{"application/problem+json", Value::object({{"schema", schema}})}});
  return Value::object({{"description", text("RFC 9457 problem details")}, {"content", content}});
}

Value answers(const Route& route) {
  return Value::object({{"200", Value::object({{"description", text("the answer")}})},
                        {"default", error_answer(route)}});
}

Value operation(const Route& route) {
  Value::Object members{{"summary", text(route.summary)},
                        {"x-role", text(name_of(route.access))},
                        {"security", security(route)},
                        {"parameters", parameters(route)}};
  if (!route.body.empty()) {
    const Value json = Value::object({{"schema", body_schema(route.body, route.surplus)}});
    members.emplace_back("requestBody",
                         Value::object({{"required", Value::boolean(true)},
                                        {"content", Value::object({{"application/json", json}})}}));
  }
  members.emplace_back("responses", answers(route));
  return Value::object(std::move(members));
}

Value key_scheme(std::string_view place, std::string_view name) {
  return Value::object({{"type", text("apiKey")}, {"in", text(place)}, {"name", text(name)}});
}

Value components() {
  const Value string_schema = Value::object({{"type", text("string")}});
  const Value problem = Value::object(
      {{"type", text("object")},
       {"properties", Value::object({{"type", string_schema},
                                     {"title", string_schema},
                                     {"status", Value::object({{"type", text("integer")}})},
                                     {"detail", string_schema},
                                     {"code", string_schema}})}});
  return Value::object(
      {{"schemas", Value::object({{"Problem", problem}})},
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
