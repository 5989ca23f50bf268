#include "engine/assign/hash.h"

#include <array>
#include <charconv>

#include "engine/assign/utf16.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

constexpr std::uint32_t kOffsetBasis = 0x811C9DC5U;
constexpr std::uint32_t kPrime = 0x01000193U;
constexpr std::uint32_t kBucketsOfVersion1 = 1000;

}  // namespace

std::uint32_t fnv1a32(std::string_view utf8) {
  return fnv1a32_continue(kOffsetBasis, utf8);
}

std::uint32_t fnv1a32_continue(std::uint32_t state, std::string_view utf8) {
  for_each_utf16_unit(utf8, [&state](char16_t unit) { state = (state ^ unit) * kPrime; });
  return state;
}

int bucket_of(std::string_view seed, std::string_view unit_id) {
  return bucket_after(fnv1a32(seed), unit_id);
}

int bucket_after(std::uint32_t seed_state, std::string_view unit_id) {
  std::array<char, 10> digits{};
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                  fnv1a32_continue(seed_state, unit_id))
                        .ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  return static_cast<int>(fnv1a32(text) % static_cast<std::uint32_t>(kBuckets));
}

SeededHash::SeededHash(std::string_view seed, int version) : version_(version) {
  if (version == 2) state_ = fnv1a32(seed);
  if (version == 1) seed_ = seed;
}

std::optional<double> SeededHash::of(std::string_view value) const {
  if (version_ == 2) return bucket_after(state_, value) / static_cast<double>(kBuckets);
  if (version_ == 1) {
    const std::uint32_t bucket = fnv1a32_continue(fnv1a32(value), seed_) % kBucketsOfVersion1;
    return bucket / static_cast<double>(kBucketsOfVersion1);
  }
  return std::nullopt;
}

std::optional<double> hash(std::string_view seed, std::string_view value, int version) {
  return SeededHash(seed, version).of(value);
}

}  // namespace converge
