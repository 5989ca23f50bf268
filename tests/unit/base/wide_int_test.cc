#include "base/wide_int.h"

#include <rapidcheck/catch.h>
#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace converge {
namespace {

using boost::multiprecision::cpp_int;

constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

template <int kLimbs>
cpp_int exact(const WideInt<kLimbs>& value) {
  cpp_int result = 0;
  for (std::size_t i = value.limbs().size(); i-- > 0;) result = (result << 64U) | value.limbs()[i];
  return value.is_negative() ? cpp_int(result - (cpp_int(1) << (64 * kLimbs))) : result;
}

/// Any bit pattern, with lengths and runs of ones and zeros that carries and rounding care about.
template <int kLimbs>
WideInt<kLimbs> any_wide() {
  typename WideInt<kLimbs>::Limbs limbs{};
  for (auto& limb : limbs) {
    limb = *rc::gen::weightedOneOf<std::uint64_t>(
        {{4, rc::gen::arbitrary<std::uint64_t>()},
         {1, rc::gen::just(std::uint64_t{0})},
         {1, rc::gen::just(~std::uint64_t{0})},
         {1,
          rc::gen::map(rc::gen::inRange(0, 64), [](int bit) { return std::uint64_t{1} << bit; })}});
  }
  return WideInt<kLimbs>::from_limbs(limbs);
}

std::int64_t any_int64() {
  return *rc::gen::weightedOneOf<std::int64_t>(
      {{4, rc::gen::arbitrary<std::int64_t>()},
       {1,
        rc::gen::element(kSmallest, kLargest, std::int64_t{0}, std::int64_t{1}, std::int64_t{-1})},
       {2, rc::gen::inRange(kSmallest, kLargest)}});
}

template <int kLimbs>
cpp_int wrapped(const cpp_int& value) {
  const cpp_int modulus = cpp_int(1) << (64 * kLimbs);
  cpp_int rest = value % modulus;
  if (rest < 0) rest += modulus;
  return rest >= modulus / 2 ? cpp_int(rest - modulus) : rest;
}

/// Nearest double by comparing with both neighbours in exact integers.
bool is_correctly_rounded(const cpp_int& value, double got) {
  if (value == 0) return got == 0;
  const cpp_int as_integer(got);  // doubles of this size are integers or exactly converted
  const cpp_int error = abs(as_integer - value);
  const cpp_int below = abs(cpp_int(std::nextafter(got, -INFINITY)) - value);
  const cpp_int above = abs(cpp_int(std::nextafter(got, INFINITY)) - value);
  if (error < below && error < above) return true;
  if (error > below || error > above) return false;
  int exponent = 0;
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(got, &exponent), 53));
  return mantissa % 2 == 0;
}

template <int kLimbs>
void check_against_cpp_int() {
  using Wide = WideInt<kLimbs>;
  rc::prop("addition, subtraction, negation and comparison agree with cpp_int", [] {
    const Wide a = any_wide<kLimbs>();
    const Wide b = any_wide<kLimbs>();
    Wide sum = a;
    sum += b;
    Wide difference = a;
    difference -= b;
    RC_ASSERT(exact(sum) == wrapped<kLimbs>(exact(a) + exact(b)));
    RC_ASSERT(exact(difference) == wrapped<kLimbs>(exact(a) - exact(b)));
    RC_ASSERT(exact(-a) == wrapped<kLimbs>(-exact(a)));
    RC_ASSERT((a < b) == (exact(a) < exact(b)));
    RC_ASSERT((a > b) == (exact(a) > exact(b)));
    RC_ASSERT((a == b) == (exact(a) == exact(b)));
    RC_ASSERT(a.is_negative() == (exact(a) < 0));
    RC_ASSERT(a.is_zero() == (exact(a) == 0));
  });
  rc::prop("products of two int64 agree with cpp_int", [] {
    const std::int64_t x = any_int64();
    const std::int64_t y = any_int64();
    RC_ASSERT(exact(Wide(x)) == x);
    RC_ASSERT(exact(Wide::product(x, y)) == cpp_int(x) * y);
  });
  rc::prop("text and limbs read back, and the text is that of cpp_int", [] {
    const Wide value = any_wide<kLimbs>();
    RC_ASSERT(value.str() == exact(value).str());
    const auto parsed = Wide::parse(value.str());
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == value);
    RC_ASSERT(Wide::from_limbs(value.limbs()) == value);
  });
  rc::prop("to_double is correctly rounded", [] {
    Wide value = any_wide<kLimbs>();
    if (*rc::gen::arbitrary<bool>()) value = Wide(any_int64());
    const double got = value.to_double();
    if (std::abs(got) < 0x1p54) {
      RC_ASSERT(got == static_cast<double>(static_cast<std::int64_t>(exact(value))));
    } else {
      RC_ASSERT(is_correctly_rounded(exact(value), got));
    }
  });
}

}  // namespace

TEST_CASE("WideInt of 128 bits agrees with cpp_int") {
  check_against_cpp_int<2>();
}
TEST_CASE("WideInt of 192 bits agrees with cpp_int") {
  check_against_cpp_int<3>();
}
TEST_CASE("WideInt of 256 bits agrees with cpp_int") {
  check_against_cpp_int<4>();
}

TEST_CASE("WideInt: products of three int64 agree with cpp_int") {
  rc::prop("192 and 256 bits", [] {
    const std::int64_t x = any_int64();
    const std::int64_t y = any_int64();
    const std::int64_t z = any_int64();
    RC_ASSERT(exact(Int192::product(x, y, z)) == cpp_int(x) * y * z);
    RC_ASSERT(exact(Int256::product(x, y, z)) == cpp_int(x) * y * z);
  });
}

TEST_CASE("WideInt: the widths hold the sums of a billion extreme units") {
  const auto billion_times = [](const cpp_int& value) { return cpp_int(1'000'000'000) * value; };
  const auto fits = [](const cpp_int& value, unsigned bits) {
    return abs(value) < (cpp_int(1) << (bits - 1));
  };
  const cpp_int x = kSmallest;
  CHECK(fits(billion_times(x), 128));
  CHECK(fits(billion_times(x * x), 192));
  CHECK(fits(billion_times(x * x * x), 256));
}

TEST_CASE("WideInt: the ends of the range") {
  const auto smallest = Int128::parse("-170141183460469231731687303715884105728");
  const auto largest = Int128::parse("170141183460469231731687303715884105727");
  REQUIRE(smallest);
  REQUIRE(largest);
  CHECK(smallest->to_double() == -0x1p127);
  CHECK(largest->to_double() == 0x1p127);
  CHECK(smallest->str() == "-170141183460469231731687303715884105728");
  CHECK(*smallest < *largest);
  CHECK(Int128::parse("170141183460469231731687303715884105728").error().code == Errc::kTooLarge);
  CHECK(Int128::parse("-170141183460469231731687303715884105729").error().code == Errc::kTooLarge);
  CHECK(Int128::parse(std::string(200, '9')).error().code == Errc::kTooLarge);
  CHECK(Int128::parse("-0")->is_zero());
  for (const char* text : {"", "-", "+1", "1.0", " 1", "1e3", "--1", "0x1"}) {
    INFO(text);
    CHECK(Int128::parse(text).error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("WideInt: a tie is broken by the lowest bit of all") {
  Int192 value = *Int192::parse("174224571863520493293247799005065324265472");  // 2^137
  value += *Int192::parse("19342813113834066795298816");                        // 2^84, half a step
  CHECK(value.to_double() == 0x1p137);
  value += Int192(1);
  CHECK(value.to_double() == 0x1p137 + 0x1p85);
  CHECK((-value).to_double() == -0x1p137 - 0x1p85);
}

TEST_CASE("WideInt: scaled text is exact and short") {
  CHECK(scaled_text("-1500000", -6) == "-1.5");
  CHECK(scaled_text("1500000", -6) == "1.5");
  CHECK(scaled_text("5", -6) == "0.000005");
  CHECK(scaled_text("-5", -1) == "-0.5");
  CHECK(scaled_text("2000000", -6) == "2");
  CHECK(scaled_text("0", -6) == "0");
  CHECK(scaled_text("-0", -6) == "0");
  CHECK(scaled_text("12", 3) == "12000");
  CHECK(scaled_text("0", 3) == "0");
  CHECK(scaled_text("120", 0) == "120");
  CHECK(scaled_text("170141183460469231731687303715884105727", -12) ==
        "170141183460469231731687303.715884105727");
}

}  // namespace converge
