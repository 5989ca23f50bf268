#include "engine/sticky/sticky_document.h"

#include <utility>

namespace converge {

Value to_document(const StickyDocument& document) {
  Value::Object assignments;
  assignments.reserve(document.assignments.size());
  for (const auto& [assignment, variation] : document.assignments) {
    assignments.emplace_back(assignment, Value::string(variation));
  }
  return Value::object({{"attributeName", Value::string(document.attribute_name)},
                        {"attributeValue", Value::string(document.attribute_value)},
                        {"assignments", Value::object(std::move(assignments))}});
}

}  // namespace converge
