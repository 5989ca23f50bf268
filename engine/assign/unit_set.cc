#include "engine/assign/unit_set.h"

#include <algorithm>
#include <string_view>

#include "engine/assign/case_tables.h"
#include "engine/assign/utf16.h"

namespace converge {
namespace {

constexpr std::uint32_t kLastUnit = 0xFFFF;

UnitSet digit_units() {
  return {{'0', '9'}};
}
UnitSet word_units() {
  return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
}
UnitSet space_units() {
  return {{0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
          {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
}
UnitSet merged(UnitSet set) {
  std::sort(set.begin(), set.end(),
            [](const UnitRange& a, const UnitRange& b) { return a.first < b.first; });
  UnitSet result;
  for (const UnitRange& range : set) {
    if (!result.empty() && range.first <= result.back().last + 1) {
      result.back().last = std::max(result.back().last, range.last);
    } else {
      result.push_back(range);
    }
  }
  return result;
}

UnitSet complement(const UnitSet& set) {
  UnitSet result;
  std::uint32_t next = 0;
  for (const UnitRange& range : merged(set)) {
    if (range.first > next) result.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastUnit) result.push_back({next, kLastUnit});
  return result;
}
std::string set_text(const UnitSet& set, std::string_view open) {
  std::string text(open);
  for (const UnitRange& range : set) {
    text += hex_unit(range.first);
    if (range.last > range.first) text += "-" + hex_unit(range.last);
  }
  return text + "]";
}

}  // namespace

UnitSet line_end_units() {
  return {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
}

std::optional<UnitSet> class_escape(char16_t letter) {
  switch (letter) {
    case u'd':
      return digit_units();
    case u'D':
      return complement(digit_units());
    case u'w':
      return word_units();
    case u'W':
      return complement(word_units());
    case u's':
      return space_units();
    case u'S':
      return complement(space_units());
    default:
      return std::nullopt;
  }
}

UnitSet with_canonical(UnitSet set) {
  const UnitSet original = merged(std::move(set));
  UnitSet result = original;
  for (const CaseRange& mapping : canonical_ranges()) {
    for (const UnitRange& range : original) {
      if (range.last < mapping.first || mapping.last < range.first) continue;
      for (std::uint32_t u = mapping.first; u <= mapping.last; u += mapping.step) {
        if (u < range.first || u > range.last) continue;
        const std::uint32_t to = regex_canonical(static_cast<char16_t>(u));
        result.push_back({to, to});
      }
    }
  }
  return merged(std::move(result));
}

std::string positive_set(const UnitSet& set) {
  if (set.empty()) return "(?!)";
  return set_text(merged(set), "[");
}

std::string negative_set(const UnitSet& set) {
  if (set.empty()) return set_text({{0, kLastUnit}}, "[");
  return set_text(merged(set), "[^");
}

std::string hex_unit(std::uint32_t unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "\\x{";
  for (int shift = 12; shift >= 0; shift -= 4) text += kHex[(unit >> shift) & 0xFU];
  return text + "}";
}

}  // namespace converge
