#include "engine/eval/eval.h"

#include <iostream>
#include <string>

#include "cli/bounded_line.h"
#include "cli/commands.h"

namespace converge::cli {
namespace {

void list_operations() {
  for (const eval::Operation& operation : eval::operations()) {
    std::cout << operation.name << '\t' << operation.summary << '\n';
  }
}

}  // namespace

int run_eval(const EvalOptions& options) {
  if (options.lists) {
    list_operations();
    return kGood;
  }
  bool has_errors = false;
  std::string line;
  for (LineRead read = LineRead::kLine; read != LineRead::kEnd;) {
    read = read_bounded_line(std::cin, eval::kRequestBytesMax, line);
    const bool is_blank = line.find_first_not_of(" \t\r") == std::string::npos;
    if (read == LineRead::kEnd || (read == LineRead::kLine && is_blank)) continue;
    const eval::Answer answer =
        read == LineRead::kTooLong ? eval::answer_too_long() : eval::answer_line(line);
    has_errors = has_errors || answer.is_error;
    std::cout << answer.line << std::endl;  // flushed: a script may ask and wait line by line
  }
  return has_errors ? kFindings : kGood;
}

}  // namespace converge::cli
