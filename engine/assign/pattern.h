#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace converge {

/// A regular expression of ECMAScript without the flag u, as `new RegExp(text)` reads it: searched
/// in UTF-16 code units. Immutable, thread-safe, cheap to copy.
class Pattern {
 public:
  enum class Case { kSensitive, kInsensitive };

  /// kInvalidArgument: JavaScript refuses it as well. kUnsupported: JavaScript accepts it, this
  /// version does not (look-behind of variable length, very large repeats).
  static Result<Pattern> compile(std::string_view text, Case letters);

  /// Longer subjects are "no match". Every step of a back reference compares a piece of the
  /// subject, so that patterns with one have a limit of their own.
  static constexpr std::size_t kSubjectBytesMax = 4096;
  static constexpr std::size_t kBackReferenceSubjectBytesMax = 512;

  /// True when the subject contains a match. A search that needs too many steps is "no match", so
  /// that no search takes more than a fraction of a second.
  bool found_in(std::string_view subject) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace converge
