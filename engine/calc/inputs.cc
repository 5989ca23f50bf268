#include "engine/calc/inputs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/codec/definition.h"

namespace converge::calc {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargestCount = 9007199254740992.0;  // 2^53: every smaller integer is a double

std::string described(const Value& value) {
  if (const Value::Number* number = value.as_number()) return number->text;
  if (const std::string* text = value.as_string()) return "\"" + *text + "\"";
  return name_of(value.type());
}

}  // namespace

/// One object of the inputs and the members that were asked for.
struct Inputs::Node {
  const Value* object;
  std::string path;
  std::vector<std::string> asked;
};

struct Inputs::Findings {
  std::optional<Error> first;
  std::vector<std::shared_ptr<Node>> nodes;
};

Inputs::Inputs(const Value& object) : Inputs(&object, "inputs", std::make_shared<Findings>()) {}

Inputs::Inputs(const Value* object, std::string path, std::shared_ptr<Findings> findings)
    : node_(std::make_shared<Node>(Node{object, std::move(path), {}})),
      findings_(std::move(findings)) {
  findings_->nodes.push_back(node_);
  if (object->as_object() == nullptr) fail(node_->path, "a JSON object", *object);
}

std::string Inputs::path_of(std::string_view name) const {
  return node_->path + "." + std::string(name);
}

void Inputs::fail(const std::string& path, std::string_view expected, const Value& found) {
  if (findings_->first) return;
  findings_->first = Error{Errc::kInvalidArgument, path + ": expected " + std::string(expected) +
                                                       ", found " + described(found)};
}

void Inputs::refuse(std::string_view name, std::string_view expected) {
  if (findings_->first) return;
  findings_->first =
      Error{Errc::kInvalidArgument, path_of(name) + ": expected " + std::string(expected)};
}

const Value* Inputs::read(std::string_view name) {
  node_->asked.emplace_back(name);
  const Value* found = node_->object->find(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

const Value* Inputs::read_required(std::string_view name) {
  const Value* found = read(name);
  if (found == nullptr && !findings_->first) {
    findings_->first = Error{Errc::kInvalidArgument, path_of(name) + ": missing"};
  }
  return found;
}

bool Inputs::has(std::string_view name) const {
  const Value* found = node_->object->find(name);
  return found != nullptr && !found->is_null();
}

double Inputs::as_number(const Value& value, const std::string& path) {
  if (const Value::Number* number = value.as_number()) return number->value;
  if (const std::string* text = value.as_string()) {
    if (*text == "inf") return kInfinity;
    if (*text == "-inf") return -kInfinity;
  }
  fail(path, "a number", value);
  return 0;
}

std::int64_t Inputs::as_count(const Value& value, const std::string& path) {
  const Value::Number* number = value.as_number();
  if (number != nullptr && std::abs(number->value) <= kLargestCount &&
      number->value == std::trunc(number->value)) {
    return static_cast<std::int64_t>(number->value);
  }
  fail(path, "an integer up to 2^53", value);
  return 0;
}

double Inputs::number(std::string_view name) {
  const Value* value = read_required(name);
  return value == nullptr ? 0 : as_number(*value, path_of(name));
}

double Inputs::number_or(std::string_view name, double otherwise) {
  return optional_number(name).value_or(otherwise);
}

std::optional<double> Inputs::optional_number(std::string_view name) {
  const Value* value = read(name);
  if (value == nullptr) return std::nullopt;
  return as_number(*value, path_of(name));
}

std::int64_t Inputs::count(std::string_view name) {
  const Value* value = read_required(name);
  return value == nullptr ? 0 : as_count(*value, path_of(name));
}

std::int64_t Inputs::count_or(std::string_view name, std::int64_t otherwise) {
  const Value* value = read(name);
  return value == nullptr ? otherwise : as_count(*value, path_of(name));
}

bool Inputs::flag_or(std::string_view name, bool otherwise) {
  const Value* value = read(name);
  if (value == nullptr) return otherwise;
  if (const bool* flag = value->as_boolean()) return *flag;
  fail(path_of(name), "true or false", *value);
  return otherwise;
}

std::string Inputs::text(std::string_view name) {
  const Value* value = read_required(name);
  if (value == nullptr) return {};
  if (const std::string* text = value->as_string()) return *text;
  fail(path_of(name), "a string", *value);
  return {};
}

std::string Inputs::text_or(std::string_view name, std::string otherwise) {
  if (has(name)) return text(name);
  ignore(name);
  return otherwise;
}

const Value::Array* Inputs::array(std::string_view name) {
  const Value* value = read_required(name);
  if (value == nullptr) return nullptr;
  if (value->as_array() == nullptr) fail(path_of(name), "an array", *value);
  return value->as_array();
}

std::vector<double> Inputs::numbers(std::string_view name) {
  std::vector<double> result;
  if (const Value::Array* items = array(name)) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      result.push_back(as_number((*items)[i], path_of(name) + "[" + std::to_string(i) + "]"));
    }
  }
  return result;
}

std::vector<std::int64_t> Inputs::counts(std::string_view name) {
  std::vector<std::int64_t> result;
  if (const Value::Array* items = array(name)) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      result.push_back(as_count((*items)[i], path_of(name) + "[" + std::to_string(i) + "]"));
    }
  }
  return result;
}

std::vector<std::vector<double>> Inputs::number_rows(std::string_view name) {
  std::vector<std::vector<double>> rows;
  const Value::Array* items = array(name);
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    const std::string path = path_of(name) + "[" + std::to_string(i) + "]";
    std::vector<double>& row = rows.emplace_back();
    const Value::Array* columns = (*items)[i].as_array();
    if (columns == nullptr) {
      fail(path, "an array of numbers", (*items)[i]);
      continue;
    }
    for (std::size_t j = 0; j < columns->size(); ++j) {
      row.push_back(as_number((*columns)[j], path + "[" + std::to_string(j) + "]"));
    }
  }
  return rows;
}

std::vector<std::vector<std::int64_t>> Inputs::count_rows(std::string_view name) {
  std::vector<std::vector<std::int64_t>> rows;
  const Value::Array* items = array(name);
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    const std::string path = path_of(name) + "[" + std::to_string(i) + "]";
    std::vector<std::int64_t>& row = rows.emplace_back();
    const Value::Array* columns = (*items)[i].as_array();
    if (columns == nullptr) {
      fail(path, "an array of integers", (*items)[i]);
      continue;
    }
    for (std::size_t j = 0; j < columns->size(); ++j) {
      row.push_back(as_count((*columns)[j], path + "[" + std::to_string(j) + "]"));
    }
  }
  return rows;
}

Inputs Inputs::object(std::string_view name) {
  static const Value kEmpty = Value::object({});
  const Value* value = read_required(name);
  return Inputs(value == nullptr ? &kEmpty : value, path_of(name), findings_);
}

std::vector<Inputs> Inputs::objects(std::string_view name) {
  std::vector<Inputs> result;
  if (const Value::Array* items = array(name)) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      result.push_back(
          Inputs(&(*items)[i], path_of(name) + "[" + std::to_string(i) + "]", findings_));
    }
  }
  return result;
}

void Inputs::ignore(std::string_view name) {
  node_->asked.emplace_back(name);
}

void Inputs::ignore_others() {
  const Value::Object* members = node_->object->as_object();
  if (members == nullptr) return;
  for (const auto& [name, value] : *members) ignore(name);
}

Status Inputs::status() const {
  if (findings_->first) return *findings_->first;
  for (const std::shared_ptr<Node>& node : findings_->nodes) {
    const Value::Object* members = node->object->as_object();
    if (members == nullptr) continue;
    for (const auto& [name, value] : *members) {
      if (std::find(node->asked.begin(), node->asked.end(), name) != node->asked.end()) continue;
      const std::string nearest = nearest_name(name, node->asked);
      return Error{Errc::kInvalidArgument,
                   node->path + ": unknown member \"" + name + "\"" +
                       (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?")};
    }
  }
  return {};
}

}  // namespace converge::calc
