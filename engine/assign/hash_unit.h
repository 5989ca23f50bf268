#pragma once

#include <string>
#include <string_view>

#include "engine/model/value.h"

namespace converge {

/// The attribute by which a unit is hashed. A falsy one is no unit: `value` is null then.
struct HashUnit {
  std::string_view attribute;
  const Value* value = nullptr;
};

/// Looks the attribute up ("" is "id"), then the fallback ("" is none) where there is one. Without
/// a unit the result names the first. Views into the arguments.
HashUnit find_hash_unit(const Value& attributes, std::string_view attribute,
                        std::string_view fallback);

/// What is hashed of a unit: its text as JavaScript concatenates it. Texts are not copied.
class HashText {
 public:
  explicit HashText(const Value& value);
  HashText(const HashText&) = delete;
  HashText& operator=(const HashText&) = delete;

  std::string_view view() const { return view_; }

 private:
  std::string own_;  ///< of values that are no texts
  std::string_view view_;
};

}  // namespace converge
