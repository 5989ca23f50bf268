#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/model/value.h"

namespace converge::eval {

/// One question that `converge eval` answers. `function` takes the whole request.
struct Operation {
  std::string_view name;
  std::string_view summary;
  Result<Value> (*function)(const Value& request);
};

// The tables, one per file.
std::vector<Operation> bucketing_operations();
std::vector<Operation> text_operations();
std::vector<Operation> feature_operations();

}  // namespace converge::eval
