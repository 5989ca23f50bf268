#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace converge {

/// An exact decimal number as JSON writes one. Never passes through double.
/// Normalised: no leading or trailing zero digits, zero has none and no sign; so == is equality of
/// value (1 == 1.0 == 10e-1).
class Decimal {
 public:
  static constexpr std::size_t kCharactersMax = 40;
  static constexpr int kExponentMax = 30;

  Decimal() = default;

  /// Reads the JSON number grammar. kInvalidArgument for other text, more than kCharactersMax
  /// characters, or a written exponent outside +-kExponentMax.
  static Result<Decimal> parse(std::string_view text);

  bool operator==(const Decimal&) const = default;
  bool is_zero() const { return digits_.empty(); }
  bool is_negative() const { return negative_; }

  /// Value / 10^scale_exponent rounded half to even: to_fixed(-6) of 1.5 is 1500000.
  /// kTooLarge when the magnitude of the rounded number is 2^53 or more.
  Result<std::int64_t> to_fixed(int scale_exponent) const;

 private:
  bool negative_ = false;
  std::string digits_;  ///< significant digits, most significant first
  int exponent_ = 0;    ///< value = 0.digits * 10^exponent
};

/// The largest magnitude that one event may contribute after scaling: below 2^53.
inline constexpr std::int64_t kFixedLimit = std::int64_t{1} << 53;

}  // namespace converge
