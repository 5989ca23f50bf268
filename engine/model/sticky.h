#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What units were given and keep (protocol section 6).
namespace converge {

/// An attribute and its value as text: whose assignments they are.
struct StickyUnit {
  std::string attribute;
  std::string value;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated 0 for a pointer
  auto operator<=>(const StickyUnit&) const = default;
  bool operator==(const StickyUnit&) const = default;
};

/// What one unit was given and keeps.
struct StickyDocument {
  std::string attribute_name;
  std::string attribute_value;
  /// "<experiment key>__<bucket version>" to the variation's key, each once.
  std::vector<std::pair<std::string, std::string>> assignments;
  bool operator==(const StickyDocument&) const = default;
};

/// An assignment to keep. It is kept only while the unit has none of that key, or has `replaces`.
struct StickyChange {
  StickyUnit unit;
  std::string assignment;  ///< "<experiment key>__<bucket version>"
  std::string variation;
  std::optional<std::string> replaces;  ///< what the evaluation read and could not use
  bool operator==(const StickyChange&) const = default;
};

}  // namespace converge
