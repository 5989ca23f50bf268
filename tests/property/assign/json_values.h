#pragma once

#include <rapidcheck.h>
#include <set>

#include "engine/model/value.h"

namespace converge {

inline std::string random_text() {
  return *rc::gen::container<std::string>(rc::gen::weightedOneOf<char>(
      {{8, rc::gen::elementOf(std::string("abAB019.$-_ "))},
       {2, rc::gen::elementOf(std::string("\"\\\n\t\x01\x1f\x7f/"))}}));
}

inline std::string random_name() {
  static const std::vector<std::string> kNames = {
      "a",        "b",           "a.b",     "0",           "length", "$and",   "$or",
      "$nor",     "$not",        "$eq",     "$ne",         "$lt",    "$lte",   "$gt",
      "$gte",     "$in",         "$nin",    "$ini",        "$nini",  "$all",   "$elemMatch",
      "$size",    "$type",       "$exists", "$veq",        "$vgt",   "$regex", "$regexi",
      "$inGroup", "$savedGroup", "$alli",   "$notInGroup", "id",     "$vlte"};
  return *rc::gen::weightedOneOf<std::string>(
      {{4, rc::gen::elementOf(kNames)}, {1, rc::gen::exec([] { return random_text(); })}});
}

/// Any JSON value, with the names of the condition language and without duplicate names.
inline Value random_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 9 : 5)) {
    case 0:
      return {};
    case 1:
      return Value::boolean(*rc::gen::arbitrary<bool>());
    case 2:
      return Value::integer(*rc::gen::inRange(-20, 20));
    case 3:
      return Value::real(static_cast<double>(*rc::gen::arbitrary<int>()) / 1024.0);
    case 4:
      return Value::string(random_text());
    case 5:
    case 6: {
      Value::Array items;
      const int size = *rc::gen::inRange(0, 4);
      for (int i = 0; i < size; ++i) items.push_back(random_value(depth - 1));
      return Value::array(std::move(items));
    }
    default: {
      Value::Object members;
      std::set<std::string> names;
      const int size = *rc::gen::inRange(0, 4);
      for (int i = 0; i < size; ++i) {
        const std::string name = random_name();
        if (names.insert(name).second) members.emplace_back(name, random_value(depth - 1));
      }
      return Value::object(std::move(members));
    }
  }
}

}  // namespace converge
