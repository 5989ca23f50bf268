#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace converge {

/// A signed two's-complement integer of kLimbs 64-bit limbs, wide enough that sums of products of unit totals are exact
/// (design: x 128, x^2 and xy 192, x^3 256 bits for 1e9 units). Add and subtract wrap like the hardware does; the widths
/// above make that unreachable for valid unit counts.
template <int kLimbs>
class WideInt {
 public:
  constexpr WideInt() = default;
  explicit WideInt(std::int64_t value);

  /// Exact products of int64 factors. Only instantiated for widths that hold them.
  static WideInt product(std::int64_t x, std::int64_t y);
  static WideInt product(std::int64_t x, std::int64_t y, std::int64_t z);

  WideInt& operator+=(const WideInt& other);
  WideInt& operator-=(const WideInt& other);
  WideInt operator-() const;
  bool operator==(const WideInt&) const = default;
  std::strong_ordering operator<=>(const WideInt& other) const;

  bool is_negative() const;
  bool is_zero() const;

  /// Correctly rounded to nearest even.
  double to_double() const;
  /// Decimal text, "-" first when negative.
  std::string str() const;
  static Result<WideInt> parse(std::string_view decimal);

  /// Little-endian limbs, least significant first, two's complement: the form of checkpoints.
  const std::array<std::uint64_t, kLimbs>& limbs() const { return limbs_; }
  static WideInt from_limbs(const std::array<std::uint64_t, kLimbs>& limbs);

 private:
  std::array<std::uint64_t, kLimbs> limbs_{};
};

using Int128 = WideInt<2>;
using Int192 = WideInt<3>;
using Int256 = WideInt<4>;
extern template class WideInt<2>;
extern template class WideInt<3>;
extern template class WideInt<4>;

/// The exact value of integer * 10^exponent as decimal text without trailing fraction zeros: ("-1500000", -6) -> "-1.5".
std::string scaled_text(const std::string& integer_text, int exponent);

}  // namespace converge
