#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What reads text that strangers wrote. A target must come back from every input, soon, and what
/// it says of itself must hold: it aborts otherwise.
namespace converge::fuzz {

struct Target {
  const char* name;
  void (*run)(std::string_view input);
  std::vector<std::string> seeds;  ///< inputs to start from, hostile ones among them
};

const std::vector<Target>& targets();
/// Null for an unknown name.
const Target* find_target(std::string_view name);

/// Words of the formats, for mutations.
std::span<const std::string_view> dictionary();

}  // namespace converge::fuzz
