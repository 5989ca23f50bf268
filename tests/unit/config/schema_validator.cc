#include "tests/unit/config/schema_validator.h"

#include <algorithm>
#include <cmath>
#include <regex>
#include <set>

namespace converge {
namespace {

const std::set<std::string>& annotations() {
  static const std::set<std::string> kNames = {"$schema", "$id",   "title", "description",
                                               "default", "$defs", "then",  "else"};
  return kNames;
}

bool has_type(const std::string& type, const Value& instance) {
  if (type != "integer") return type == name_of(instance.type());
  return instance.as_number() != nullptr &&
         std::floor(instance.as_number()->value) == instance.as_number()->value;
}

/// A keyword applied to an instance; the first violation.
class Check {
 public:
  Check(const Value& schema, const Value& root, const Value& instance)
      : schema_(schema), root_(root), instance_(instance) {}

  std::string run() const {
    if (const bool* verdict = schema_.as_boolean()) return *verdict ? "" : "not allowed here";
    for (const auto& [keyword, argument] : *schema_.as_object()) {
      if (annotations().contains(keyword)) continue;
      const std::string violation = one(keyword, argument);
      if (!violation.empty()) return keyword + ": " + violation;
    }
    return "";
  }

 private:
  std::string at(const Value& schema, const Value& instance) const {
    return schema_violation(schema, root_, instance);
  }

  std::string one(const std::string& keyword, const Value& argument) const {
    if (keyword == "$ref") return at(*definition(*argument.as_string()), instance_);
    if (keyword == "type") return type(argument);
    if (keyword == "const") return argument == instance_ ? "" : "another value";
    if (keyword == "enum") {
      const auto& values = *argument.as_array();
      return std::find(values.begin(), values.end(), instance_) != values.end() ? "" : "not listed";
    }
    if (keyword == "anyOf" || keyword == "oneOf" || keyword == "allOf") {
      return combined(keyword, *argument.as_array());
    }
    if (keyword == "if") {
      const Value* then = schema_.find(at(argument, instance_).empty() ? "then" : "else");
      return then == nullptr ? "" : at(*then, instance_);
    }
    if (instance_.as_object() != nullptr || is_object_keyword(keyword)) {
      return object(keyword, argument);
    }
    return scalar_or_list(keyword, argument);
  }

  const Value* definition(const std::string& reference) const {
    return root_.find("$defs")->find(reference.substr(reference.rfind('/') + 1));
  }

  std::string type(const Value& argument) const {
    if (const std::string* name = argument.as_string()) {
      return has_type(*name, instance_) ? "" : "expected " + *name;
    }
    for (const Value& name : *argument.as_array()) {
      if (has_type(*name.as_string(), instance_)) return "";
    }
    return "none of the types";
  }

  std::string combined(const std::string& keyword, const Value::Array& schemas) const {
    std::size_t valid = 0;
    for (const Value& schema : schemas) valid += at(schema, instance_).empty() ? 1U : 0U;
    const bool holds = keyword == "allOf"   ? valid == schemas.size()
                       : keyword == "oneOf" ? valid == 1
                                            : valid > 0;
    return holds ? "" : std::to_string(valid) + " of " + std::to_string(schemas.size()) + " hold";
  }

  static bool is_object_keyword(const std::string& keyword) {
    static const std::set<std::string> kNames = {"properties",    "additionalProperties",
                                                 "required",      "propertyNames",
                                                 "minProperties", "maxProperties"};
    return kNames.contains(keyword);
  }

  std::string object(const std::string& keyword, const Value& argument) const {
    const Value::Object* members = instance_.as_object();
    if (members == nullptr) return "";
    if (keyword == "required") {
      for (const Value& name : *argument.as_array()) {
        if (instance_.find(*name.as_string()) == nullptr) return *name.as_string() + " is missing";
      }
      return "";
    }
    if (keyword == "minProperties" || keyword == "maxProperties") {
      const auto count = static_cast<double>(members->size());
      const double bound = argument.as_number()->value;
      return (keyword == "minProperties" ? count >= bound : count <= bound) ? "" : "members";
    }
    for (const auto& [name, value] : *members) {
      std::string violation;
      const Value* properties = schema_.find("properties");
      const bool is_listed = properties != nullptr && properties->find(name) != nullptr;
      if (keyword == "properties" && is_listed) violation = at(*argument.find(name), value);
      if (keyword == "additionalProperties" && !is_listed) violation = at(argument, value);
      if (keyword == "propertyNames") violation = at(argument, Value::string(name));
      if (!is_object_keyword(keyword)) violation = "unknown keyword";
      if (!violation.empty()) return name + ": " + violation;
    }
    return "";
  }

  std::string scalar_or_list(const std::string& keyword, const Value& argument) const {
    if (const Value::Array* items = instance_.as_array()) return list(keyword, argument, *items);
    if (const std::string* text = instance_.as_string()) return string(keyword, argument, *text);
    if (const Value::Number* number = instance_.as_number()) {
      return this->number(keyword, argument.as_number(), number->value);
    }
    return "";
  }

  std::string list(const std::string& keyword, const Value& argument,
                   const Value::Array& items) const {
    const auto count = static_cast<double>(items.size());
    if (keyword == "minItems") return count >= argument.as_number()->value ? "" : "too few";
    if (keyword == "maxItems") return count <= argument.as_number()->value ? "" : "too many";
    if (keyword != "items") return "";
    for (const Value& item : items) {
      if (std::string violation = at(argument, item); !violation.empty()) return violation;
    }
    return "";
  }

  static std::string string(const std::string& keyword, const Value& argument,
                            const std::string& text) {
    if (keyword == "pattern") {
      return std::regex_search(text, std::regex(*argument.as_string())) ? "" : "no match";
    }
    const auto length = static_cast<double>(text.size());
    if (keyword == "minLength") return length >= argument.as_number()->value ? "" : "too short";
    if (keyword == "maxLength") return length <= argument.as_number()->value ? "" : "too long";
    return "";
  }

  static std::string number(const std::string& keyword, const Value::Number* bound, double value) {
    if (bound == nullptr) return "";
    bool holds = true;
    if (keyword == "minimum") holds = value >= bound->value;
    if (keyword == "maximum") holds = value <= bound->value;
    if (keyword == "exclusiveMinimum") holds = value > bound->value;
    if (keyword == "exclusiveMaximum") holds = value < bound->value;
    if (keyword == "multipleOf") holds = std::fmod(value, bound->value) == 0;
    return holds ? "" : "out of range";
  }

  const Value& schema_;
  const Value& root_;
  const Value& instance_;
};

}  // namespace

std::string schema_violation(const Value& schema, const Value& root, const Value& instance) {
  return Check(schema, root, instance).run();
}

}  // namespace converge
