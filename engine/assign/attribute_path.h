#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/value.h"

namespace converge {

/// A dot path as conditions write it ("company.tags.0"): walks objects by name and lists by index;
/// "length" of a list is its size. A step that leads nowhere gives null.
class AttributePath {
 public:
  explicit AttributePath(std::string_view text);

  /// test(the value at the path).
  bool holds(const Value& root, const std::function<bool(const Value&)>& test) const;

 private:
  std::vector<std::string> steps_;
};

}  // namespace converge
