#include "engine/assign/attribute_path.h"

#include <cstdint>

namespace converge {
namespace {

/// "0", "1", "10" but not "01": the only names under which JavaScript finds an array's elements.
const Value* element(const Value::Array& items, const std::string& name) {
  const bool canonical = !name.empty() && name.size() <= 9 &&
                         (name == "0" || name.front() != '0') &&
                         name.find_first_not_of("0123456789") == std::string::npos;
  if (!canonical) return nullptr;
  const auto index = static_cast<std::size_t>(std::stoul(name));
  return index < items.size() ? &items[index] : nullptr;
}

}  // namespace

AttributePath::AttributePath(std::string_view text) {
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    steps_.emplace_back(text.substr(0, dot));
    text.remove_prefix(dot + 1);
  }
  steps_.emplace_back(text);
}

bool AttributePath::holds(const Value& root, const std::function<bool(const Value&)>& test) const {
  const Value* at = &root;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (const Value::Array* items = at->as_array()) {
      if (steps_[i] == "length") {
        const bool last = i + 1 == steps_.size();
        return test(last ? Value::integer(static_cast<std::int64_t>(items->size())) : Value());
      }
      at = element(*items, steps_[i]);
    } else {
      at = at->find(steps_[i]);
    }
    if (at == nullptr) return test(Value());
  }
  return test(*at);
}

}  // namespace converge
