#pragma once

namespace converge {

/// Prints the failed condition with its place and aborts. For programmer errors only, never for
/// input.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace converge

/// A condition that only a programming error can break; active in every build.
#define CONVERGE_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::converge::check_failed(#condition, __FILE__, __LINE__))
