#include "base/wide_int.h"

#include <bit>
#include <cmath>

namespace converge {
namespace {

__extension__ using Uint128 = unsigned __int128;

/// Magnitudes as unsigned limbs: the least negative value has one that fits only so.
template <std::size_t kSize>
using Magnitude = std::array<std::uint64_t, kSize>;

template <std::size_t kSize>
void negate(Magnitude<kSize>& limbs) {
  bool carry = true;
  for (std::uint64_t& limb : limbs) {
    limb = ~limb + (carry ? 1U : 0U);
    carry = carry && limb == 0;
  }
}

std::uint64_t magnitude_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? ~bits + 1U : bits;
}

/// limbs * factor + addend; returns what does not fit.
template <std::size_t kSize>
std::uint64_t multiply_add(Magnitude<kSize>& limbs, std::uint64_t factor, std::uint64_t addend) {
  std::uint64_t carry = addend;
  for (std::uint64_t& limb : limbs) {
    const Uint128 wide = static_cast<Uint128>(limb) * factor + carry;
    limb = static_cast<std::uint64_t>(wide);
    carry = static_cast<std::uint64_t>(wide >> 64U);
  }
  return carry;
}

/// limbs / divisor; returns the remainder.
template <std::size_t kSize>
std::uint64_t divide(Magnitude<kSize>& limbs, std::uint64_t divisor) {
  std::uint64_t remainder = 0;
  for (std::size_t i = kSize; i-- > 0;) {
    const Uint128 wide = (static_cast<Uint128>(remainder) << 64U) | limbs[i];
    limbs[i] = static_cast<std::uint64_t>(wide / divisor);
    remainder = static_cast<std::uint64_t>(wide % divisor);
  }
  return remainder;
}

template <std::size_t kSize>
bool all_zero(const Magnitude<kSize>& limbs) {
  for (const std::uint64_t limb : limbs) {
    if (limb != 0) return false;
  }
  return true;
}

template <std::size_t kSize>
double nearest_double(const Magnitude<kSize>& magnitude) {
  std::size_t top = kSize;
  while (top > 0 && magnitude[top - 1] == 0) --top;
  if (top == 0) return 0.0;

  // The leading 64 bits, and whether anything below them is set.
  const int shift = std::countl_zero(magnitude[top - 1]);
  std::uint64_t leading = magnitude[top - 1] << static_cast<unsigned>(shift);
  bool below = false;
  if (top > 1 && shift > 0) leading |= magnitude[top - 2] >> static_cast<unsigned>(64 - shift);
  if (top > 1 && (magnitude[top - 2] << static_cast<unsigned>(shift)) != 0) below = true;
  for (std::size_t i = 0; i + 2 < top; ++i) below = below || magnitude[i] != 0;

  static constexpr unsigned kSurplusBits = 11;  // 64 - 53
  static constexpr std::uint64_t kHalf = std::uint64_t{1} << (kSurplusBits - 1);
  const std::uint64_t surplus = leading & ((std::uint64_t{1} << kSurplusBits) - 1);
  std::uint64_t mantissa = leading >> kSurplusBits;
  const bool above_half = surplus > kHalf || (surplus == kHalf && below);
  const bool at_half = surplus == kHalf && !below;
  if (above_half || (at_half && mantissa % 2 == 1)) ++mantissa;
  const int exponent = static_cast<int>(top - 1) * 64 - shift + static_cast<int>(kSurplusBits);
  return std::ldexp(static_cast<double>(mantissa), exponent);
}

constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000U;  // 10^19, the largest that fits
constexpr int kChunkDigits = 19;

}  // namespace

template <int kLimbs>
WideInt<kLimbs>::WideInt(std::int64_t value) {
  limbs_.fill(value < 0 ? ~std::uint64_t{0} : 0);
  limbs_[0] = static_cast<std::uint64_t>(value);
}

template <int kLimbs>
WideInt<kLimbs> WideInt<kLimbs>::product(std::int64_t x, std::int64_t y) {
  WideInt result;
  result.limbs_[0] = magnitude_of(x);
  multiply_add(result.limbs_, magnitude_of(y), 0);
  if ((x < 0) != (y < 0)) negate(result.limbs_);
  return result;
}

template <int kLimbs>
WideInt<kLimbs> WideInt<kLimbs>::product(std::int64_t x, std::int64_t y,
                                         std::int64_t z) requires(kLimbs >= 3) {
  WideInt result;
  result.limbs_[0] = magnitude_of(x);
  multiply_add(result.limbs_, magnitude_of(y), 0);
  multiply_add(result.limbs_, magnitude_of(z), 0);
  if ((x < 0) != ((y < 0) != (z < 0))) negate(result.limbs_);
  return result;
}

template <int kLimbs>
WideInt<kLimbs> WideInt<kLimbs>::operator-() const {
  WideInt result = *this;
  negate(result.limbs_);
  return result;
}

template <int kLimbs>
std::strong_ordering WideInt<kLimbs>::operator<=>(const WideInt& other) const {
  if (is_negative() != other.is_negative()) {
    return is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  // Of two numbers of one sign, two's complement orders as unsigned does.
  for (std::size_t i = limbs_.size(); i-- > 0;) {
    if (limbs_[i] != other.limbs_[i]) return limbs_[i] <=> other.limbs_[i];
  }
  return std::strong_ordering::equal;
}

template <int kLimbs>
bool WideInt<kLimbs>::is_negative() const {
  return (limbs_.back() >> 63U) != 0;
}

template <int kLimbs>
bool WideInt<kLimbs>::is_zero() const {
  return all_zero(limbs_);
}

template <int kLimbs>
double WideInt<kLimbs>::to_double() const {
  if (!is_negative()) return nearest_double(limbs_);
  auto magnitude = limbs_;
  negate(magnitude);
  return -nearest_double(magnitude);
}

template <int kLimbs>
std::string WideInt<kLimbs>::str() const {
  auto magnitude = limbs_;
  if (is_negative()) negate(magnitude);
  std::string reversed;
  do {
    std::uint64_t chunk = divide(magnitude, kChunk);
    const bool last = all_zero(magnitude);
    for (int i = 0; last ? chunk != 0 : i < kChunkDigits; ++i) {
      reversed += static_cast<char>('0' + chunk % 10);
      chunk /= 10;
    }
  } while (!all_zero(magnitude));
  if (reversed.empty()) return "0";
  if (is_negative()) reversed += '-';
  return {reversed.rbegin(), reversed.rend()};
}

template <int kLimbs>
Result<WideInt<kLimbs>> WideInt<kLimbs>::parse(std::string_view decimal) {
  const bool negative = !decimal.empty() && decimal.front() == '-';
  const std::string_view digits = decimal.substr(negative ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return Error{Errc::kInvalidArgument,
                 "\"" + std::string(decimal.substr(0, 90)) + "\" is not a whole number"};
  }
  WideInt result;
  bool fits = true;
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    fits = fits && multiply_add(result.limbs_, 10, digit) == 0;
  }
  if (negative) negate(result.limbs_);
  // The sign bit must agree with the sign; only -2^(w-1) has a magnitude with that bit set.
  if (!fits || (!result.is_zero() && result.is_negative() != negative)) {
    return Error{Errc::kTooLarge, "a whole number of " + std::to_string(digits.size()) +
                                      " digits does not fit into " + std::to_string(64 * kLimbs) +
                                      " bits"};
  }
  return result;
}

template <int kLimbs>
WideInt<kLimbs> WideInt<kLimbs>::from_limbs(const Limbs& limbs) {
  WideInt result;
  result.limbs_ = limbs;
  return result;
}

template class WideInt<2>;
template class WideInt<3>;
template class WideInt<4>;

std::string scaled_text(const std::string& integer_text, int exponent) {
  const bool negative = !integer_text.empty() && integer_text.front() == '-';
  std::string digits = integer_text.substr(negative ? 1 : 0);
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return "0";
  std::string text = negative ? "-" : "";
  if (exponent >= 0) return text + digits + std::string(static_cast<std::size_t>(exponent), '0');

  const auto places = static_cast<std::size_t>(-exponent);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  const std::size_t point = digits.size() - places;
  std::string fraction = digits.substr(point);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  text += digits.substr(0, point);
  return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace converge
