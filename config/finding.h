#pragma once

#include <string>

#include "engine/model/value.h"

namespace converge {

enum class Severity { kError, kWarning };
const char* name_of(Severity severity);  ///< "error", "warning"

/// One thing to mend in a definition file.
struct Finding {
  std::string file;
  int line = 0;      ///< from 1; 0 when it concerns the file as a whole
  int column = 0;    ///< from 1, in characters (Unicode code points)
  std::string path;  ///< inside this file: "experiments[0].variants[1].weight"; may be empty
  Severity severity = Severity::kError;
  std::string message;
  bool operator==(const Finding&) const = default;
};

/// "shop.yaml:12:5: error: experiments[0].unit: expected ..."
std::string to_text(const Finding& finding);
/// The same as an object for `--json`.
Value to_document(const Finding& finding);

}  // namespace converge
