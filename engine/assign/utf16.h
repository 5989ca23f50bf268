#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace converge {

/// One code point at the front of `text` (not empty): its length in bytes and its value. A byte
/// that begins no valid UTF-8 sequence counts as U+FFFD by itself.
struct DecodedCodePoint {
  std::uint32_t value = 0xFFFD;
  std::size_t bytes = 1;
};
DecodedCodePoint decode_code_point(std::string_view text);

/// Calls `take(unit)` for each UTF-16 code unit of UTF-8 text. Texts of JavaScript are sequences of
/// these units.
template <class Take>
void for_each_utf16_unit(std::string_view utf8, Take take) {
  while (!utf8.empty()) {
    const auto byte = static_cast<unsigned char>(utf8.front());
    if (byte < 0x80) {
      take(static_cast<char16_t>(byte));
      utf8.remove_prefix(1);
      continue;
    }
    const DecodedCodePoint point = decode_code_point(utf8);
    utf8.remove_prefix(point.bytes);
    if (point.value < 0x10000) {
      take(static_cast<char16_t>(point.value));
    } else {
      take(static_cast<char16_t>(0xD800 + ((point.value - 0x10000) >> 10U)));
      take(static_cast<char16_t>(0xDC00 + ((point.value - 0x10000) & 0x3FFU)));
    }
  }
}

std::u16string to_utf16(std::string_view utf8);

/// a < b in the order of UTF-16 code units, as JavaScript compares. For valid UTF-8.
bool utf16_less(std::string_view a, std::string_view b);

/// JavaScript's toLowerCase, but for the final form of the Greek sigma, which depends on context.
std::string lower_case(std::string_view utf8);

/// ECMAScript's Canonicalize of regular expressions with the flag i: two units match when their
/// results are equal.
char16_t regex_canonical(char16_t unit);

}  // namespace converge
