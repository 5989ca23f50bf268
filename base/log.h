#pragma once

#include <string_view>

namespace converge::log {

enum class Level { kDebug, kInfo, kWarning, kError };

/// Structured text to stderr; thread-safe. `message` is for the operator: it may hold internals
/// that no client sees.
void write(Level level, std::string_view message);
inline void info(std::string_view message) {
  write(Level::kInfo, message);
}
inline void warning(std::string_view message) {
  write(Level::kWarning, message);
}
inline void error(std::string_view message) {
  write(Level::kError, message);
}

/// Messages below this level are dropped. Set once at start.
void set_level(Level level);

}  // namespace converge::log
