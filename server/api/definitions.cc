#include <string>

#include "config/load.h"
#include "config/schema.h"
#include "engine/codec/definition.h"
#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

/// YAML unless the content type or, without one, the first character says JSON.
DefinitionSource source_of(const Request& request) {
  const std::string_view type = request.header("content-type");
  const std::size_t first = request.body.find_first_not_of(" \t\r\n");
  const bool begins_as_json = first != std::string::npos && request.body[first] == '{';
  const bool is_json = type.empty() ? begins_as_json : type.find("json") != std::string_view::npos;
  return {is_json ? "body.json" : "body.yaml", request.body};
}

Response findings_problem(const LoadedDefinitions& loaded) {
  Value::Array findings;
  for (const Finding& finding : loaded.findings) findings.push_back(to_document(finding));
  return problem(400, "the definitions have errors; \"findings\" lists them all",
                 {{"code", Value::string(name_of(Errc::kInvalidArgument))},
                  {"findings", Value::array(std::move(findings))}});
}

/// What plan and apply have in common: warnings come back beside the changes.
Response plan_answer(const Preview& preview, const LoadedDefinitions& loaded,
                     const std::string& definitions_version) {
  Value::Object members = *to_document(preview).as_object();
  Value::Array warnings;
  for (const Finding& finding : loaded.findings) warnings.push_back(to_document(finding));
  members.emplace_back("warnings", Value::array(std::move(warnings)));
  members.emplace_back("definitions_version", Value::string(definitions_version));
  return json_answer(Value::object(std::move(members)));
}

Status plan_definitions(const Call& call, const Reply& reply) {
  const LoadedDefinitions loaded = load_sources({source_of(call.request)});
  if (loaded.has_errors()) {
    reply.send(findings_problem(loaded));
    return {};
  }
  const Result<Preview> preview = call.service.engine.preview(loaded.definitions);
  if (!preview) return preview.error();
  reply.send(plan_answer(*preview, loaded, call.service.engine.catalog()->definitions_version()));
  return {};
}

Status apply_definitions(const Call& call, const Reply& reply) {
  const LoadedDefinitions loaded = load_sources({source_of(call.request)});
  if (loaded.has_errors()) {
    reply.send(findings_problem(loaded));
    return {};
  }
  const Result<CatalogPlan> plan = call.service.engine.apply(loaded.definitions, call.caller.name);
  if (!plan) return plan.error();
  reply.send(plan_answer(preview_of(*plan), loaded, plan->next.definitions_version()));
  return {};
}

Status get_definitions(const Call& call, const Reply& reply) {
  const auto catalog = call.service.engine.catalog();
  reply.send(json_answer(
      Value::object({{"definitions", to_document(catalog->definitions)},
                     {"definitions_version", Value::string(catalog->definitions_version())}})));
  return {};
}

Status get_schema(const Call&, const Reply& reply) {
  reply.send(text_answer("application/schema+json", std::string(definitions_schema())));
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kPost,
     "/v1/definitions:plan",
     Access::kRead,
     plan_definitions,
     "What applying these definitions (YAML or JSON) would change",
     "Plan",
     {"DefinitionFile", "application/yaml"}},
    {Verb::kPost,
     "/v1/definitions:apply",
     Access::kWrite,
     apply_definitions,
     "Applies definitions (YAML or JSON): the whole set, not a part of it",
     "Plan",
     {"DefinitionFile", "application/yaml"}},
    {Verb::kGet, "/v1/definitions", Access::kRead, get_definitions,
     "The definitions as last applied", "Definitions"},
    {Verb::kGet, "/v1/schema", Access::kOpen, get_schema,
     "JSON Schema of definition files, for editors", Answer("JsonSchema").as("application/schema+json")},
};

}  // namespace

std::span<const Route> definition_routes() {
  return kRoutes;
}

}  // namespace converge
