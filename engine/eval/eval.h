#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/eval/operation.h"

/// Evaluation questions offline, behind JSON: `converge eval`. So that any SDK or notebook can
/// check itself against the evaluator that serves. Pure functions; safe to call from any thread.
namespace converge::eval {

/// Bytes of a request, and levels of nesting in it.
inline constexpr std::size_t kRequestBytesMax = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kRequestDepthMax = 64;

/// All operations, by name.
const std::vector<Operation>& operations();

struct Answer {
  std::string line;  ///< without the newline
  bool is_error = false;
};

/// One request line {"op", ...} to one answer line {"result"} or {"error": {"code", "message"}}.
/// Never throws.
Answer answer_line(std::string_view request);
/// The answer to a line of more than kRequestBytesMax bytes, which nobody has read to its end.
Answer answer_too_long();

}  // namespace converge::eval
