#include "cli/preview_output.h"

#include <iostream>

#include "cli/report.h"

namespace converge::cli {

void print_preview(const Preview& preview, Output output) {
  if (output == Output::kText) {
    for (const std::string& line : to_lines(preview)) std::cout << line << '\n';
    return;
  }
  Value::Object members{
      {"definitions_version", Value::string(preview.plan.next.definitions_version())}};
  const Value document = to_document(preview);
  members.insert(members.end(), document.as_object()->begin(), document.as_object()->end());
  print(Value::object(std::move(members)));
}

}  // namespace converge::cli
