#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/assign/pattern.h"

namespace converge {

/// An ECMAScript pattern (without the flag u, annex B included) rewritten for Boost.Regex's Perl
/// syntax over UTF-16 code units. Boost reads many texts differently or accepts what JavaScript
/// refuses, so nothing is passed through: every literal and class leaves as hexadecimal units. With
/// kInsensitive the result expects subjects whose units went through regex_canonical().
/// kInvalidArgument when JavaScript refuses the pattern.
Result<std::string> translate_pattern(std::string_view text, Pattern::Case letters);

}  // namespace converge
