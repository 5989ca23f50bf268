#include "engine/growthbook/context_reader.h"

#include <utility>

#include "engine/assign/js_value.h"
#include "engine/growthbook/members.h"

namespace converge::growthbook {
namespace {

constexpr int kNoSuchVariation = -1;

void read_forced_values(const Value& document, EvaluationContext& context) {
  if (const Value::Object* members = document.as_object()) {
    for (const auto& [key, value] : *members) context.forced_values[key] = value;
  }
  const Value::Array* pairs = document.as_array();
  if (pairs == nullptr) return;
  for (const Value& pair : *pairs) {
    const Value::Array* items = pair.as_array();
    if (items == nullptr || items->empty()) continue;
    context.forced_values[js::to_text((*items)[0])] = items->size() > 1 ? (*items)[1] : Value();
  }
}

void read_forced_variations(const Value& document, EvaluationContext& context) {
  const Value::Object* members = document.as_object();
  if (members == nullptr) return;
  for (const auto& [key, index] : *members) {
    context.forced_variations[key] = integer_of(index).value_or(kNoSuchVariation);
  }
}

std::optional<StickyDocument> sticky_document_of(const Value& document) {
  const Value* name = truthy_member(document, "attributeName");
  const Value* value = truthy_member(document, "attributeValue");
  const Value* assignments = truthy_member(document, "assignments");
  if (name == nullptr || value == nullptr || assignments == nullptr) return std::nullopt;
  StickyDocument result{js::to_text(*name), sticky_value(*value), {}};
  if (const Value::Object* members = assignments->as_object()) {
    for (const auto& [key, variation] : *members) {
      result.assignments.emplace_back(key, js::to_text(variation));
    }
  }
  return result;
}

void keep(StickyBuckets& buckets, std::optional<StickyDocument> document) {
  if (!document) return;
  std::string key = sticky_document_key(document->attribute_name, document->attribute_value);
  buckets.documents.insert_or_assign(std::move(key), *std::move(document));
}

}  // namespace

EvaluationContext context_of(const Value& document) {
  EvaluationContext context;
  const Value* attributes = document.find("attributes");
  context.attributes =
      attributes == nullptr || attributes->as_object() == nullptr ? Value::object({}) : *attributes;
  context.url = text_member(document, "url");
  const Value* enabled = document.find("enabled");
  context.enabled =
      enabled == nullptr || enabled->as_boolean() == nullptr || *enabled->as_boolean();
  context.qa_mode = truthy_member(document, "qaMode") != nullptr;
  for (const char* name : {"forcedFeatures", "forcedFeatureValues"}) {
    if (const Value* forced = document.find(name)) read_forced_values(*forced, context);
  }
  if (const Value* forced = document.find("forcedVariations")) {
    read_forced_variations(*forced, context);
  }
  return context;
}

StickyBuckets sticky_buckets_of(const Value& documents) {
  StickyBuckets buckets;
  if (const Value::Array* items = documents.as_array()) {
    for (const Value& item : *items) keep(buckets, sticky_document_of(item));
  }
  if (const Value::Object* members = documents.as_object()) {
    for (const auto& [key, item] : *members) keep(buckets, sticky_document_of(item));
  }
  return buckets;
}

Value sticky_documents(const StickyBuckets& buckets) {
  Value::Object documents;
  documents.reserve(buckets.documents.size());
  for (const auto& [key, document] : buckets.documents) {
    Value::Object assignments;
    assignments.reserve(document.assignments.size());
    for (const auto& [name, variation] : document.assignments) {
      assignments.emplace_back(name, Value::string(variation));
    }
    documents.emplace_back(
        key, Value::object({{"attributeName", Value::string(document.attribute_name)},
                            {"attributeValue", Value::string(document.attribute_value)},
                            {"assignments", Value::object(std::move(assignments))}}));
  }
  return Value::object(std::move(documents));
}

}  // namespace converge::growthbook
