#include "cli/report.h"

#include <iostream>

#include "cli/arguments.h"
#include "engine/codec/json.h"

namespace converge::cli {

int fail(const Error& error) {
  std::cerr << "converge: " << error.message << '\n';
  return error.code == Errc::kInvalidArgument ? kUsage : kFailure;
}

void say(const std::string& words) {
  std::cerr << words << '\n';
}

void print(const Value& document) {
  std::cout << to_json_pretty(document) << '\n';
}

}  // namespace converge::cli
