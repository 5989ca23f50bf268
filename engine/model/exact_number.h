#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace converge {

/// A JSON number's exact value, of any length: 0.digits * 10^exponent without leading or trailing
/// zero digits, zero without digits, sign or exponent. Equal exactly for equal numbers. (Decimal of
/// base/ has limits and rounds; this only compares.)
struct ExactNumber {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
  bool operator==(const ExactNumber&) const = default;
};

/// Precondition: `text` follows the JSON number grammar. O(length).
ExactNumber exact_number(std::string_view text);

}  // namespace converge
