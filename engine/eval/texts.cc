#include "engine/assign/condition.h"
#include "engine/assign/query_override.h"
#include "engine/eval/operation.h"
#include "engine/eval/request.h"
#include "engine/growthbook/encrypted_text.h"
#include "engine/growthbook/feature_reader.h"

// Operations on conditions, URLs and encrypted payloads.
namespace converge::eval {
namespace {

Result<Value> condition_holds(const Value& request) {
  const Result<const Value*> condition = required_object(request, "condition");
  if (!condition) return condition.error();
  const Result<const Value*> attributes = required_object(request, "attributes");
  if (!attributes) return attributes.error();
  Condition::SavedGroups groups;
  if (const Value* given = optional(request, "saved_groups")) {
    groups = growthbook::feature_set_of(Value::object({{"savedGroups", *given}})).saved_groups;
  }
  const Result<Condition> compiled = Condition::compile(**condition, groups, Condition::Limits{});
  if (!compiled) return compiled.error();
  return Value::boolean(compiled->holds(**attributes));
}

Result<Value> overridden(const Value& request) {
  const Result<std::string> key = required_text(request, "key");
  if (!key) return key.error();
  const Result<std::string> url = required_text(request, "url");
  if (!url) return url.error();
  const Result<int> count = required_count(request, "count");
  if (!count) return count.error();
  const std::optional<int> index = query_override(*key, *url, *count);
  return index ? Value::integer(*index) : Value();
}

Result<Value> decrypted(const Value& request) {
  const Result<std::string> payload = required_text(request, "payload");
  if (!payload) return payload.error();
  const Result<std::string> key = required_text(request, "key");
  if (!key) return key.error();
  const std::optional<std::string> plain = growthbook::decrypted_text(*payload, *key);
  return plain ? Value::string(*plain) : Value();
}

}  // namespace

std::vector<Operation> text_operations() {
  return {
      {"condition", "condition, attributes, saved_groups? -> does the condition hold",
       condition_holds},
      {"query_override", "key, url, count -> the variation that the URL names, null for none",
       overridden},
      {"decrypt", "payload, key -> the text inside, null when it does not decrypt", decrypted},
  };
}

}  // namespace converge::eval
