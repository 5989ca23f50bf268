#include "engine/calc/calc.h"

#include <iostream>
#include <string>

#include "cli/commands.h"

namespace converge::cli {
namespace {

void list_methods() {
  for (const calc::Method& method : calc::methods()) {
    std::cout << method.name << '\t' << method.summary << '\n';
  }
}

}  // namespace

int run_calc(const CalcOptions& options) {
  if (options.lists) {
    list_methods();
    return kGood;
  }
  bool has_errors = false;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const calc::Answer answer = calc::answer_line(line);
    has_errors = has_errors || answer.is_error;
    std::cout << answer.line << std::endl;  // flushed: a script may ask and wait line by line
  }
  return has_errors ? kFindings : kGood;
}

}  // namespace converge::cli
