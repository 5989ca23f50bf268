#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace converge {

/// A signed two's-complement integer of kLimbs 64-bit limbs, wide enough that sums of products of
/// unit totals are exact (x 128, x^2 and xy 192, x^3 256 bits for 1e9 units of any int64 total).
/// Addition and subtraction wrap as the hardware does; these widths make that unreachable for valid
/// unit counts.
template <int kLimbs>
class WideInt {
 public:
  using Limbs = std::array<std::uint64_t, static_cast<std::size_t>(kLimbs)>;

  constexpr WideInt() = default;
  explicit WideInt(std::int64_t value);

  /// Exact products of int64 factors; three of them exist only for the widths that hold the result.
  static WideInt product(std::int64_t x, std::int64_t y);
  static WideInt product(std::int64_t x, std::int64_t y, std::int64_t z) requires(kLimbs >= 3);

  // Inline because folding a unit is little else than these two.
  WideInt& operator+=(const WideInt& other) {
    bool carry = false;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      const std::uint64_t sum = limbs_[i] + other.limbs_[i];
      const std::uint64_t with_carry = sum + (carry ? 1U : 0U);
      carry = sum < limbs_[i] || with_carry < sum;
      limbs_[i] = with_carry;
    }
    return *this;
  }
  WideInt& operator-=(const WideInt& other) {
    bool borrow = false;
    for (std::size_t i = 0; i < limbs_.size(); ++i) {
      const std::uint64_t difference = limbs_[i] - other.limbs_[i];
      const std::uint64_t with_borrow = difference - (borrow ? 1U : 0U);
      borrow = difference > limbs_[i] || with_borrow > difference;
      limbs_[i] = with_borrow;
    }
    return *this;
  }
  WideInt operator-() const;
  bool operator==(const WideInt&) const = default;
  std::strong_ordering operator<=>(const WideInt& other) const;

  bool is_negative() const;
  bool is_zero() const;

  /// Correctly rounded to nearest even.
  double to_double() const;
  /// Decimal text, "-" first when negative.
  std::string str() const;
  /// Reads what str() writes. kInvalidArgument for other text, kTooLarge for what does not fit.
  static Result<WideInt> parse(std::string_view decimal);

  /// Little-endian limbs, least significant first, two's complement: the form of checkpoints.
  const Limbs& limbs() const { return limbs_; }
  static WideInt from_limbs(const Limbs& limbs);

 private:
  Limbs limbs_{};
};

using Int128 = WideInt<2>;
using Int192 = WideInt<3>;
using Int256 = WideInt<4>;
extern template class WideInt<2>;
extern template class WideInt<3>;
extern template class WideInt<4>;

/// The exact value of integer * 10^exponent as decimal text without trailing fraction zeros:
/// ("-1500000", -6) -> "-1.5". The text is that of WideInt::str or std::to_string.
std::string scaled_text(const std::string& integer_text, int exponent);

}  // namespace converge
