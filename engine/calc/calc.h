#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/calc/method.h"
#include "engine/model/value.h"

/// Every function of stats/ for scripts and notebooks, behind JSON: `converge calc` and
/// `POST /v1/calc/{method}`. Pure functions; safe to call from any thread.
namespace converge::calc {

/// All methods, by name.
const std::vector<Method>& methods();

/// The outputs of one calculation. kNotFound for an unknown method, with the nearest name; else the
/// error of the inputs or of the method. Never throws.
Result<Value> calculate(std::string_view method, const Value& inputs);

struct Answer {
  std::string line;  ///< without the newline
  bool is_error = false;
};

/// One request line {"method", "inputs"} to one answer line {"method", "outputs"} or
/// {"method", "error": {"code", "message"}}.
Answer answer_line(std::string_view request);

}  // namespace converge::calc
