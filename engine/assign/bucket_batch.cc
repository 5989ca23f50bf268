#include "engine/assign/bucket_batch.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/check.h"
#include "engine/assign/utf16.h"
#include "engine/model/allocation.h"

// The same steps as hash.cc, one lane per seed: FNV-1a over the unit's code units, its decimal
// digits without leading zeros, FNV-1a over those, modulo. The compilers' vector types keep the
// code free of intrinsics; a target attribute per instruction set lets them use it.
namespace converge {
namespace {

constexpr std::uint32_t kOffsetBasis = 0x811C9DC5U;
constexpr std::uint32_t kPrime = 0x01000193U;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kDigits = 10;  // of a 32-bit number

using Lanes __attribute__((vector_size(kLanes * sizeof(std::uint32_t)))) = std::uint32_t;

/// The four decimal digits of numbers below 10,000, the most significant first. The multipliers
/// divide by 100 and by 10, exactly in that range.
[[gnu::always_inline]] inline void split_digits(const Lanes& number, Lanes* digits) {
  const Lanes hundreds = (number * 5'243U) >> 19U;
  const Lanes rest = number - hundreds * 100U;
  const Lanes tens_of_hundreds = (hundreds * 103U) >> 10U;
  const Lanes tens_of_rest = (rest * 103U) >> 10U;
  digits[0] = tens_of_hundreds;
  digits[1] = hundreds - tens_of_hundreds * 10U;
  digits[2] = tens_of_rest;
  digits[3] = rest - tens_of_rest * 10U;
}

/// FNV-1a over the decimal text of each lane. Registers of the wider sets cannot be returned.
[[gnu::always_inline]] inline void hash_decimal(const Lanes& number, Lanes& hashed) {
  const Lanes upper = number / 10'000U;
  const Lanes top = upper / 10'000U;  // at most 42
  Lanes digits[2 + kDigits];          // the first two are always 0
  split_digits(top, digits);
  split_digits(upper - top * 10'000U, digits + 4);
  split_digits(number - upper * 10'000U, digits + 8);

  Lanes state = Lanes{} + kOffsetBasis;
  std::uint32_t power = 1'000'000'000U;
  for (std::size_t place = 2; place + 1 < 2 + kDigits; ++place, power /= 10) {
    const Lanes next = (state ^ (digits[place] + std::uint32_t{'0'})) * kPrime;
    state = number >= power ? next : state;
  }
  hashed = (state ^ (digits[1 + kDigits] + std::uint32_t{'0'})) * kPrime;
}

/// kLanes states and buckets.
template <class Unit>
[[gnu::always_inline]] inline void hash_lanes(const std::uint32_t* states,
                                              std::basic_string_view<Unit> units,
                                              std::uint16_t* buckets) {
  Lanes state;
  std::memcpy(&state, states, sizeof state);
  for (const Unit unit : units) state = (state ^ static_cast<std::uint32_t>(unit)) * kPrime;
  Lanes hashed;
  hash_decimal(state, hashed);
  const Lanes bucket = hashed - hashed / std::uint32_t{kBuckets} * std::uint32_t{kBuckets};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    buckets[lane] = static_cast<std::uint16_t>(bucket[lane]);
  }
}

template <class Unit>
[[gnu::always_inline]] inline void hash_all(std::span<const std::uint32_t> states,
                                            std::basic_string_view<Unit> units,
                                            std::span<std::uint16_t> buckets) {
  std::size_t done = 0;
  for (; done + kLanes <= states.size(); done += kLanes) {
    hash_lanes(states.data() + done, units, buckets.data() + done);
  }
  const std::size_t rest = states.size() - done;
  if (rest == 0) return;
  std::array<std::uint32_t, kLanes> last_states{};
  std::array<std::uint16_t, kLanes> last_buckets{};
  std::copy_n(states.data() + done, rest, last_states.begin());
  hash_lanes(last_states.data(), units, last_buckets.data());
  std::copy_n(last_buckets.begin(), rest, buckets.data() + done);
}

[[gnu::always_inline]] inline void hash_text(std::span<const std::uint32_t> states,
                                             std::string_view unit_id,
                                             std::span<std::uint16_t> buckets) {
  CONVERGE_CHECK(buckets.size() == states.size());
  const bool ascii = std::all_of(unit_id.begin(), unit_id.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) return hash_all(states, unit_id, buckets);
  const std::u16string units = to_utf16(unit_id);
  hash_all(states, std::u16string_view(units), buckets);
}

void hash_baseline(std::span<const std::uint32_t> states, std::string_view unit_id,
                   std::span<std::uint16_t> buckets) {
  hash_text(states, unit_id, buckets);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void hash_avx2(std::span<const std::uint32_t> states,
                                       std::string_view unit_id, std::span<std::uint16_t> buckets) {
  hash_text(states, unit_id, buckets);
}

[[gnu::target("avx512f")]] void hash_avx512(std::span<const std::uint32_t> states,
                                            std::string_view unit_id,
                                            std::span<std::uint16_t> buckets) {
  hash_text(states, unit_id, buckets);
}
#endif

}  // namespace

std::vector<BucketBatch> bucket_batches() {
  std::vector<BucketBatch> batches{hash_baseline};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) batches.push_back(hash_avx2);
  if (__builtin_cpu_supports("avx512f")) batches.push_back(hash_avx512);
#endif
  return batches;
}

void buckets_after(std::span<const std::uint32_t> seed_states, std::string_view unit_id,
                   std::span<std::uint16_t> buckets) {
  static const BucketBatch kWidest = bucket_batches().back();
  kWidest(seed_states, unit_id, buckets);
}

}  // namespace converge
