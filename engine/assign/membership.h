#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "engine/model/value.h"

namespace converge {

/// The list of $in and its relatives, prepared for look-up. Strict: 1 is not "1"; lists and objects
/// are never members.
class Membership {
 public:
  enum class Letters { kAsWritten, kAnyCase };

  Membership(const Value::Array& list, Letters letters);

  /// A list is in when one of its elements is.
  bool holds(const Value& actual) const;

 private:
  bool contains(const Value& value) const;

  Letters letters_;
  std::unordered_set<std::string> texts_;
  std::vector<Value> others_;
};

}  // namespace converge
