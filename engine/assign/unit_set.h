#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Sets of UTF-16 code units: what a character class of a regular expression means, and how
/// Boost.Regex writes it.
namespace converge {

/// Both ends included.
struct UnitRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};
/// In any order, may overlap.
using UnitSet = std::vector<UnitRange>;

UnitSet line_end_units();

/// The set of \d \D \w \W \s or \S; nullopt for other letters.
std::optional<UnitSet> class_escape(char16_t letter);

/// The set plus what its members become under regex_canonical(): a canonical subject unit is in the
/// result exactly when it equals the canonical form of some member.
UnitSet with_canonical(UnitSet set);

/// One unit as Boost writes it: "\x{0041}".
std::string hex_unit(std::uint32_t unit);
/// A class that holds exactly the set, and one that holds everything else.
std::string positive_set(const UnitSet& set);
std::string negative_set(const UnitSet& set);

}  // namespace converge
