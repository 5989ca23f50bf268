#include "config/finding.h"

#include "base/check.h"

namespace converge {

const char* name_of(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
  }
  CONVERGE_CHECK(false);
  return "";
}

std::string to_text(const Finding& finding) {
  std::string text = finding.file;
  if (finding.line > 0) {
    text += ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column);
  }
  text += std::string(": ") + name_of(finding.severity) + ": ";
  if (!finding.path.empty()) text += finding.path + ": ";
  return text + finding.message;
}

Value to_document(const Finding& finding) {
  return Value::object({{"file", Value::string(finding.file)},
                        {"line", Value::integer(finding.line)},
                        {"column", Value::integer(finding.column)},
                        {"path", Value::string(finding.path)},
                        {"severity", Value::string(name_of(finding.severity))},
                        {"message", Value::string(finding.message)}});
}

}  // namespace converge
