#include "engine/assign/utf16.h"

#include <algorithm>

#include "engine/assign/case_tables.h"

namespace converge {
namespace {

std::uint32_t mapped(std::span<const CaseRange> ranges, std::uint32_t point) {
  auto range = std::upper_bound(
      ranges.begin(), ranges.end(), point,
      [](std::uint32_t wanted, const CaseRange& candidate) { return wanted < candidate.first; });
  if (range == ranges.begin()) return point;
  --range;
  if (point > range->last || (point - range->first) % range->step != 0) return point;
  return static_cast<std::uint32_t>(static_cast<std::int64_t>(point) + range->delta);
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  const auto continuation = [&](int shift) { put(0x80U | ((point >> shift) & 0x3FU)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | point >> 6U);
    continuation(0);
  } else if (point < 0x10000) {
    put(0xE0U | point >> 12U);
    continuation(6);
    continuation(0);
  } else {
    put(0xF0U | point >> 18U);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

}  // namespace

DecodedCodePoint decode_code_point(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) : 0U;
  };
  const auto continues = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead <= 0xDF && continues(1)) {
    return {(lead & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
  }
  if (lead >= 0xE0 && lead <= 0xEF && continues(1) && continues(2)) {
    const std::uint32_t point = (lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (point >= 0x800 && (point < 0xD800 || point > 0xDFFF)) return {point, 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4 && continues(1) && continues(2) && continues(3)) {
    const std::uint32_t point = (lead & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U |
                                (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
    if (point >= 0x10000 && point <= 0x10FFFF) return {point, 4};
  }
  return {};
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string units;
  units.reserve(utf8.size());
  for_each_utf16_unit(utf8, [&units](char16_t unit) { units += unit; });
  return units;
}

bool utf16_less(std::string_view a, std::string_view b) {
  const auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_b == b.end()) return false;
  if (at_a == a.end()) return true;
  const auto byte_a = static_cast<unsigned char>(*at_a);
  const auto byte_b = static_cast<unsigned char>(*at_b);
  // U+E000..U+FFFF are one unit above all surrogates, so they follow the code points of four bytes.
  const bool last_plane_a = byte_a == 0xEE || byte_a == 0xEF;
  const bool last_plane_b = byte_b == 0xEE || byte_b == 0xEF;
  if (last_plane_a && byte_b >= 0xF0) return false;
  if (last_plane_b && byte_a >= 0xF0) return true;
  return byte_a < byte_b;
}

std::string lower_case(std::string_view utf8) {
  // The only letter whose lower case is two code points.
  constexpr std::uint32_t kDottedCapitalI = 0x130;
  std::string lower;
  lower.reserve(utf8.size());
  while (!utf8.empty()) {
    const DecodedCodePoint point = decode_code_point(utf8);
    utf8.remove_prefix(point.bytes);
    if (point.value == kDottedCapitalI) {
      lower += "i\u0307";
    } else {
      append_utf8(lower, mapped(lower_case_ranges(), point.value));
    }
  }
  return lower;
}

char16_t regex_canonical(char16_t unit) {
  return static_cast<char16_t>(mapped(canonical_ranges(), unit));
}

}  // namespace converge
