#include "config/schema.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "config/load.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"
#include "tests/unit/config/schema_validator.h"

namespace converge {
namespace {

Value schema() {
  return parse_json(definitions_schema()).value();
}

std::string violation(const Value& document) {
  const Value root = schema();
  return schema_violation(root, root, document);
}

bool loader_accepts(const Value& document) {
  return !load_sources({{"a.json", to_json(document)}}).has_errors();
}

Value checkout() {
  const auto loaded = load_files({CONVERGE_TEST_DATA "/definitions/checkout.yaml"});
  return to_document(loaded.definitions);
}

Value attic() {
  return to_document(load_folder(CONVERGE_SOURCE_DIR "/examples/attic-and-button").definitions);
}

/// With layers, a holdout, flags and saved groups; one experiment is enough.
Value flags() {
  Definitions definitions = load_folder(CONVERGE_SOURCE_DIR "/tests/sdk/definitions").definitions;
  std::erase_if(definitions.experiments, [](const ExperimentDefinition& experiment) {
    return experiment.key != ExperimentKey("checkout");
  });
  return to_document(definitions);
}

/// Makes a document out of a replacement for one of its parts.
using Rebuild = std::function<Value(Value)>;
using Visit = std::function<void(const std::string& path, const Value& part, const Rebuild&)>;

/// Visits every part of the document with the means to replace it.
void for_each_part(const Value& part, const std::string& path, const Rebuild& rebuild,
                   const Visit& visit) {
  visit(path, part, rebuild);
  if (const Value::Object* members = part.as_object()) {
    for (std::size_t i = 0; i < members->size(); ++i) {
      const auto& [name, value] = (*members)[i];
      // Free-form parts: any JSON is fine there.
      static const std::set<std::string> kFree = {"condition", "default", "force",
                                                  "parentConditions", "saved_groups"};
      const bool is_value = name == "value" && path.find("variants") != std::string::npos;
      if (kFree.contains(name) || is_value) continue;
      const Rebuild inner = [members, i, &rebuild](Value changed) {
        Value::Object copy = *members;
        copy[i].second = std::move(changed);
        return rebuild(Value::object(std::move(copy)));
      };
      for_each_part(value, member_path(path, name), inner, visit);
    }
  }
  if (const Value::Array* items = part.as_array()) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      const Rebuild inner = [items, i, &rebuild](Value changed) {
        Value::Array copy = *items;
        copy[i] = std::move(changed);
        return rebuild(Value::array(std::move(copy)));
      };
      for_each_part((*items)[i], item_path(path, i), inner, visit);
    }
  }
}

void for_each_place(const Value& document, const Visit& visit) {
  for_each_part(
      document, "", [](Value changed) { return changed; }, visit);
}

/// The object schema that describes a path pattern of accepted_members().
const Value* object_schema(const Value& root, const std::string& pattern) {
  static const std::vector<std::pair<std::string, std::string>> kNames = {
      {"layers.*", "layer"},
      {"holdout", "holdout"},
      {"flags.*", "flag"},
      {"flags.*.rules[]", "rule"},
      {"metrics.*", "metric"},
      {"metrics.*.numerator", "part"},
      {"metrics.*.denominator", "part"},
      {"experiments[]", "experiment"},
      {"experiments[].variants[]", "variant"},
      {"experiments[].metrics[]", "metricUse"},
      {"experiments[].analysis", "analysis"},
      {"experiments[].decision", "decision"},
      {"experiments[].decision.ship_when", "shipWhen"},
      {"experiments[].decision.on_ship", "onShip"}};
  if (pattern.empty()) return &root;
  for (const auto& [known, name] : kNames) {
    if (known == pattern) return root.find("$defs")->find(name);
  }
  return nullptr;
}

}  // namespace

TEST_CASE("Schema: the published file is what the program serves") {
  std::ifstream stream(CONVERGE_SOURCE_DIR "/docs/reference/definitions.schema.json");
  const std::string published{std::istreambuf_iterator<char>(stream),
                              std::istreambuf_iterator<char>()};
  CHECK(published == definitions_schema());
}

TEST_CASE("Schema: it lists exactly the members that the reader accepts") {
  const Value root = schema();
  for (const auto& [pattern, names] : accepted_members()) {
    INFO("at " << pattern);
    const Value* object = object_schema(root, pattern);
    REQUIRE(object != nullptr);
    std::set<std::string> listed;
    for (const auto& [name, value] : *object->find("properties")->as_object()) listed.insert(name);
    CHECK(listed == std::set<std::string>(names.begin(), names.end()));
    CHECK(*object->find("additionalProperties") == Value::boolean(false));
  }
}

TEST_CASE("Schema: valid documents are valid for the schema and the loader") {
  for (const Value& document : {checkout(), attic(), flags()}) {
    CHECK(violation(document).empty());
    CHECK(loader_accepts(document));
  }
}

TEST_CASE("Schema: an unknown member at any level is refused by schema and loader alike") {
  int places = 0;
  for (const Value& document : {checkout(), attic(), flags()}) {
    for_each_place(document, [&](const std::string& path, const Value& at, const Rebuild& rebuild) {
      // Property names and unit kinds are the author's own.
      const bool is_named_freely = path.ends_with("where") || path == "units" || path == "layers" ||
                                   path == "flags" || path == "saved_groups";
      if (at.as_object() == nullptr || is_named_freely) return;
      Value::Object members = *at.as_object();
      members.emplace_back("unexpected", Value::boolean(true));
      const Value changed = rebuild(Value::object(std::move(members)));
      INFO("unexpected member at " << path);
      CHECK_FALSE(violation(changed).empty());
      CHECK_FALSE(loader_accepts(changed));
      ++places;
    });
  }
  CHECK(places > 30);
}

TEST_CASE("Schema: a value of a wrong type anywhere is refused by schema and loader alike") {
  int places = 0;
  for (const Value& document : {checkout(), attic(), flags()}) {
    for_each_place(document, [&](const std::string& path, const Value& at, const Rebuild& rebuild) {
      if (path.empty()) return;
      for (const Value& wrong :
           {Value(), Value::boolean(false), Value::integer(-7), Value::string("\x01"),
            Value::array({}), Value::object({{"unexpected", Value::integer(1)}})}) {
        const bool is_filter = path.find(".where.") != std::string::npos;
        if (wrong.type() == at.type()) continue;
        if (is_filter && wrong.as_array() == nullptr && wrong.as_object() == nullptr) continue;
        const Value changed = rebuild(wrong);
        INFO(path << " as " << to_json(wrong) << "; schema: " << violation(changed));
        CHECK(violation(changed).empty() == loader_accepts(changed));
        ++places;
      }
    });
  }
  CHECK(places > 300);
}

TEST_CASE("Schema: what belongs together is required together by schema and loader alike") {
  const std::vector<std::string> documents = {
      R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"sum","event":"x"}}})",
      R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"sum","event":"x","numerator":{}}}})",
      R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"count","event":"x","scale":1}}})",
      R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"count"}}})",
      R"({"apiVersion":"converge/v1","metrics":{"M":{"type":"count","event":"x"}}})",
      R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"ratio","numerator":
         {"event":"x","sum":true},"denominator":{"event":"x","count":true,"scale":1}}}})",
      R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"ratio","numerator":
         {"event":"x","sum":"a","count":true},"denominator":{"event":"x","count":true}}}})",
      R"({"apiVersion":"converge/v1","metrics":{"m":{"type":"ratio","numerator":
         {"event":"x","sum":"a"},"denominator":{"event":"x","count":true}}}})",
      R"({"apiVersion":"converge/v2"})",
      R"({"apiVersion":"converge/v1"})"};
  for (const std::string& text : documents) {
    const Value document = parse_json(text).value();
    INFO(text << "; schema: " << violation(document));
    CHECK(violation(document).empty() == loader_accepts(document));
  }
}

}  // namespace converge
