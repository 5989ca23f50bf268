#include "base/decimal.h"

#include <rapidcheck/catch.h>
#include <boost/multiprecision/cpp_int.hpp>
#include <catch2/catch.hpp>

namespace converge {
namespace {

Decimal read(const std::string& text) {
  const auto number = Decimal::parse(text);
  INFO(text);
  REQUIRE(number);
  return *number;
}

std::int64_t fixed(const std::string& text, int scale_exponent) {
  const auto number = read(text).to_fixed(scale_exponent);
  INFO(text);
  REQUIRE(number);
  return *number;
}

Errc fixed_error(const std::string& text, int scale_exponent) {
  const auto number = read(text).to_fixed(scale_exponent);
  INFO(text);
  REQUIRE_FALSE(number);
  return number.error().code;
}

}  // namespace

TEST_CASE("Decimal: texts of one value are equal and others are not") {
  for (const char* text : {"1.0", "10e-1", "1e0", "0.1e1", "0.01E+2", "1.000"}) {
    CHECK(read(text) == read("1"));
  }
  for (const char* text : {"-1", "1.01", "10", "0.1", "0"}) CHECK_FALSE(read(text) == read("1"));
  for (const char* text : {"-0", "0.000", "0e30", "-0.0e-30"}) {
    CHECK(read(text) == Decimal());
    CHECK(read(text).is_zero());
    CHECK_FALSE(read(text).is_negative());
  }
  CHECK(read("-0.5").is_negative());
}

TEST_CASE("Decimal: only the JSON number grammar is read") {
  for (const char* text :
       {"",   "-",  "+1",   "01",    "-01", ".5",  "5.",       "1e",  "1e+",   "1.e3",
        " 1", "1 ", "0x10", "1_000", "1,5", "NaN", "Infinity", "--1", "1e3.5", "1e--3"}) {
    INFO(text);
    const auto number = Decimal::parse(text);
    REQUIRE_FALSE(number);
    CHECK(number.error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("Decimal: 40 characters and an exponent of 30 are the limits") {
  const std::string longest = "1234567890.12345678901234567890123456789";
  REQUIRE(longest.size() == Decimal::kCharactersMax);
  CHECK(Decimal::parse(longest));
  CHECK_FALSE(Decimal::parse(longest + "0"));
  CHECK(Decimal::parse("1e30"));
  CHECK(Decimal::parse("1e-30"));
  CHECK(Decimal::parse("1e0000000000030"));
  CHECK_FALSE(Decimal::parse("1e31"));
  CHECK_FALSE(Decimal::parse("1e-31"));
  CHECK_FALSE(Decimal::parse("1e99999999999999999999"));
}

TEST_CASE("Decimal: fixed point rounds half to even") {
  CHECK(fixed("1.5", -6) == 1'500'000);
  CHECK(fixed("0.5", 0) == 0);
  CHECK(fixed("1.5", 0) == 2);
  CHECK(fixed("2.5", 0) == 2);
  CHECK(fixed("-2.5", 0) == -2);
  CHECK(fixed("-3.5", 0) == -4);
  CHECK(fixed("2.50000000000000000000000000000000001", 0) == 3);
  CHECK(fixed("2.4999999999999999999999999999999999", 0) == 2);
  CHECK(fixed("0.05", 0) == 0);
  CHECK(fixed("0.99", 0) == 1);
  CHECK(fixed("1e-30", -12) == 0);
  CHECK(fixed("19.995", -2) == 2000);
  CHECK(fixed("19.985", -2) == 1998);
  CHECK(fixed("0.1", -1) == 1);
  CHECK(fixed("0.0000005", -6) == 0);
  CHECK(fixed("0.0000015", -6) == 2);
}

TEST_CASE("Decimal: 2^53 and more is too large, after rounding") {
  CHECK(fixed("9007199254740991", 0) == kFixedLimit - 1);
  CHECK(fixed("-9007199254740991", 0) == 1 - kFixedLimit);
  CHECK(fixed("9007199254740991.4", 0) == kFixedLimit - 1);
  CHECK(fixed_error("9007199254740991.5", 0) == Errc::kTooLarge);
  CHECK(fixed_error("9007199254740992", 0) == Errc::kTooLarge);
  CHECK(fixed_error("-9007199254740992", 0) == Errc::kTooLarge);
  CHECK(fixed_error("9007199254.740992", -6) == Errc::kTooLarge);
  CHECK(fixed_error("1e30", -12) == Errc::kTooLarge);
  CHECK(fixed("0e30", -12) == 0);
}

TEST_CASE("Decimal: fixed point agrees with exact integer arithmetic") {
  using boost::multiprecision::cpp_int;
  rc::prop("to_fixed is the nearest integer, ties to even", [] {
    const auto digits = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000'000);
    const bool negative = *rc::gen::arbitrary<bool>();
    const int exponent = *rc::gen::inRange(-14, 5);
    const int scale = *rc::gen::inRange(-12, 1);
    const std::string text =
        (negative ? "-" : "") + std::to_string(digits) + "e" + std::to_string(exponent);
    const auto got = read(text).to_fixed(scale);

    // digits * 10^(exponent - scale), doubled so that a half is an integer.
    const int shift = exponent - scale;
    const cpp_int power = pow(cpp_int(10), static_cast<unsigned>(std::abs(shift)));
    cpp_int nearest = 0;
    if (shift >= 0) {
      nearest = digits * power;
    } else {
      nearest = digits / power;
      const cpp_int twice_rest = 2 * (digits - nearest * power);
      if (twice_rest > power || (twice_rest == power && nearest % 2 == 1)) ++nearest;
    }
    if (nearest >= kFixedLimit) {
      RC_ASSERT(!got.has_value());
      RC_ASSERT(got.error().code == Errc::kTooLarge);
    } else {
      RC_ASSERT(got.has_value());
      RC_ASSERT(cpp_int(*got) == (negative ? cpp_int(-nearest) : nearest));
    }
  });
}

}  // namespace converge
