#include "engine/assign/hash_unit.h"

#include "engine/assign/js_value.h"

namespace converge {
namespace {

constexpr std::string_view kDefaultAttribute = "id";

const Value* truthy_attribute(const Value& attributes, std::string_view name) {
  const Value* value = attributes.find(name);
  return value != nullptr && js::truthy(*value) ? value : nullptr;
}

}  // namespace

HashUnit find_hash_unit(const Value& attributes, std::string_view attribute,
                        std::string_view fallback) {
  if (attribute.empty()) attribute = kDefaultAttribute;
  if (const Value* value = truthy_attribute(attributes, attribute)) return {attribute, value};
  if (!fallback.empty()) {
    if (const Value* value = truthy_attribute(attributes, fallback)) return {fallback, value};
  }
  return {attribute, nullptr};
}

HashText::HashText(const Value& value) {
  if (const std::string* text = value.as_string()) {
    view_ = *text;
  } else {
    own_ = js::to_text(value);
    view_ = own_;
  }
}

}  // namespace converge
