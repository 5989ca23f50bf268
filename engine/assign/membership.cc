#include "engine/assign/membership.h"

#include <algorithm>

#include "engine/assign/js_value.h"
#include "engine/assign/utf16.h"

namespace converge {

Membership::Membership(const Value::Array& list, Letters letters) : letters_(letters) {
  for (const Value& item : list) {
    if (const std::string* text = item.as_string()) {
      texts_.insert(letters == Letters::kAnyCase ? lower_case(*text) : *text);
    } else {
      others_.push_back(item);
    }
  }
}

bool Membership::holds(const Value& actual) const {
  const Value::Array* items = actual.as_array();
  if (items == nullptr) return contains(actual);
  return std::any_of(items->begin(), items->end(), [this](const Value& v) { return contains(v); });
}

bool Membership::contains(const Value& value) const {
  if (const std::string* text = value.as_string()) {
    return letters_ == Letters::kAnyCase ? texts_.contains(lower_case(*text))
                                         : texts_.contains(*text);
  }
  return std::any_of(others_.begin(), others_.end(),
                     [&value](const Value& other) { return js::strictly_equal(value, other); });
}

}  // namespace converge
