#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "engine/assign/bucket_batch.h"
#include "engine/assign/hash.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

std::string unit_name(int kind, int i) {
  switch (kind) {
    case 0:
      return std::to_string(i);
    case 1:
      return "user-" + std::to_string(i);
    default:
      return std::to_string(fnv1a32("cookie" + std::to_string(i))) + "." + std::to_string(i * 7919);
  }
}

/// Chi-square of counts against equal ones, as a normal deviate (Wilson-Hilferty).
double deviate(const std::vector<int>& counts) {
  double total = 0;
  for (const int count : counts) total += count;
  const double expected = total / static_cast<double>(counts.size());
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - expected) * (count - expected) / expected;
  const double dof = static_cast<double>(counts.size()) - 1;
  const double spread = 2.0 / (9.0 * dof);
  return (std::cbrt(chi_square / dof) - (1 - spread)) / std::sqrt(spread);
}

constexpr int kUnits = 300'000;

TEST_CASE("Hash: buckets are uniform for ids of three kinds") {
  const int kind = GENERATE(0, 1, 2);
  const std::string seed = GENERATE(as<std::string>{}, "exp_ab", "checkout", "checkout/2");
  std::vector<int> counts(100, 0);
  for (int i = 0; i < kUnits; ++i) {
    ++counts[static_cast<std::size_t>(bucket_of(seed, unit_name(kind, i)) / 100)];
  }
  CHECK(deviate(counts) < 5);
}

TEST_CASE("Hash: buckets under two seeds are independent") {
  const int kind = GENERATE(0, 1, 2);
  std::vector<int> cells(100, 0);
  for (int i = 0; i < kUnits; ++i) {
    const std::string unit = unit_name(kind, i);
    const auto a = static_cast<std::size_t>(bucket_of("exp_a", unit) / 1000);
    const auto b = static_cast<std::size_t>(bucket_of("exp_a/2", unit) / 1000);
    ++cells[a * 10 + b];
  }
  CHECK(deviate(cells) < 5);
}

TEST_CASE("Hash: many seeds at once give each seed's bucket, with every instruction set") {
  rc::prop("buckets_after(states, unit)[i] == bucket_after(states[i], unit)", [] {
    const auto states = *rc::gen::resize(100, rc::gen::arbitrary<std::vector<std::uint32_t>>());
    const auto unit = *rc::gen::arbitrary<std::string>();
    std::vector<std::uint16_t> expected;
    expected.reserve(states.size());
    for (const std::uint32_t state : states) {
      expected.push_back(static_cast<std::uint16_t>(bucket_after(state, unit)));
    }
    for (const BucketBatch batch : bucket_batches()) {
      std::vector<std::uint16_t> buckets(states.size());
      batch(states, unit, buckets);
      RC_ASSERT(buckets == expected);
    }
  });
}

TEST_CASE("Hash: at once, hashes of few decimal digits keep no leading zeros") {
  // Of an empty unit the hash is the state itself.
  std::vector<std::uint32_t> states{0, 7, 10, 99, 1'000'000'000, 999'999'999, 4'294'967'295U};
  for (std::uint32_t power = 10; power < 1'000'000'000; power *= 10) {
    states.push_back(power - 1);
    states.push_back(power);
  }
  for (const BucketBatch batch : bucket_batches()) {
    std::vector<std::uint16_t> buckets(states.size());
    batch(states, "", buckets);
    for (std::size_t i = 0; i < states.size(); ++i) {
      INFO(states[i]);
      CHECK(buckets[i] == bucket_after(states[i], ""));
    }
  }
}

TEST_CASE("Hash: the state of a seed goes on as if the texts were one") {
  rc::prop("concatenation", [](const std::string& unit) {
    // Seeds are ASCII; a seed that ended inside a UTF-8 sequence would decode differently.
    const auto seed = *rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~'));
    RC_ASSERT(fnv1a32_continue(fnv1a32(seed), unit) == fnv1a32(seed + unit));
    const int bucket = bucket_of(seed, unit);
    RC_ASSERT(bucket >= 0);
    RC_ASSERT(bucket < kBuckets);
    RC_ASSERT(bucket == bucket_after(fnv1a32(seed), unit));
  });
}

}  // namespace
}  // namespace converge
