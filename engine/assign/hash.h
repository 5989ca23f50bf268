#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace converge {

/// 32-bit FNV-1a over the UTF-16 code units of UTF-8 text, as the GrowthBook reference SDK hashes.
/// Invalid UTF-8 bytes count as U+FFFD.
std::uint32_t fnv1a32(std::string_view utf8);
/// Continues from a state: fnv1a32(a + b) == fnv1a32_continue(fnv1a32(a), b).
std::uint32_t fnv1a32_continue(std::uint32_t state, std::string_view utf8);

/// Hash version 2: the integer bucket 0..9999 of a unit under a seed.
int bucket_of(std::string_view seed, std::string_view unit_id);
/// The same with the seed's state computed once: bucket_of(s, u) == bucket_after(fnv1a32(s), u).
int bucket_after(std::uint32_t seed_state, std::string_view unit_id);

/// The hash of a value under a seed, prepared once per seed (protocol section 1). Version 1 exists
/// for old payloads only: it is neither uniform enough nor independent between seeds. Immutable.
class SeededHash {
 public:
  SeededHash(std::string_view seed, int version);

  /// In [0, 1); nullopt for a version that nobody knows.
  std::optional<double> of(std::string_view value) const;

 private:
  int version_;
  std::uint32_t state_ = 0;  ///< of the seed, for version 2
  std::string seed_;         ///< for version 1, which hashes the value first
};

/// SeededHash(seed, version).of(value).
std::optional<double> hash(std::string_view seed, std::string_view value, int version);

}  // namespace converge
