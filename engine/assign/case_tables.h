#pragma once

#include <cstdint>
#include <span>

namespace converge {

/// Every `step`-th code point from first to last maps to itself + delta. Tables are
/// sorted and their ranges do not overlap.
struct CaseRange {
  std::uint32_t first, last;
  std::uint32_t step;
  std::int32_t delta;
};

/// Single-character lower-case mappings of Unicode.
std::span<const CaseRange> lower_case_ranges();
/// ECMAScript's Canonicalize for regular expressions with the flag i and without u.
std::span<const CaseRange> canonical_ranges();

}  // namespace converge
