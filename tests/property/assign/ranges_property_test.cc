#include <rapidcheck/catch.h>
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "engine/assign/ranges.h"

namespace converge {
namespace {

std::vector<double> weights_for(std::size_t count) {
  const auto parts = *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(0, 101));
  const int total = std::accumulate(parts.begin(), parts.end(), 0);
  RC_PRE(total > 0);
  std::vector<double> weights;
  weights.reserve(parts.size());
  for (const int part : parts) weights.push_back(static_cast<double>(part) / total);
  return weights;
}

std::vector<double> some_weights() {
  return weights_for(*rc::gen::inRange<std::size_t>(2, 7));
}

int some_traffic() {
  return *rc::gen::inRange(0, kBuckets + 1);
}

TEST_CASE("First allocation: bucket by bucket what the reference SDK decides in doubles") {
  rc::prop("every k / 10000.0", [] {
    const std::vector<double> weights = some_weights();
    const int traffic = some_traffic();
    const auto table = first_allocation(weights, traffic).table();
    for (int k = 0; k < kBuckets; ++k) {
      const double n = k / 10000.0;
      const double coverage = traffic / 10000.0;
      int expected = -1;
      double at = 0;
      for (std::size_t i = 0; i < weights.size() && expected < 0; ++i) {
        if (n >= at && n < at + coverage * weights[i]) expected = static_cast<int>(i);
        at += weights[i];
      }
      RC_ASSERT(table[static_cast<std::size_t>(k)] == expected);
    }
  });
}

TEST_CASE("First allocation: its edges as lo/10000 give the SDK the same buckets") {
  rc::prop("emitted ranges", [] {
    const Allocation allocation = first_allocation(some_weights(), some_traffic());
    std::vector<DoubleRange> emitted;
    std::vector<int> owner;
    for (std::size_t i = 0; i < allocation.variants.size(); ++i) {
      for (const BucketRange& range : allocation.variants[i]) {
        emitted.emplace_back(range.lo / 10000.0, range.hi / 10000.0);
        owner.push_back(static_cast<int>(i));
      }
    }
    for (int k = 0; k < kBuckets; ++k) {
      const int chosen = choose_variation(k / 10000.0, emitted);
      const int variant = chosen < 0 ? kNoVariant : owner[static_cast<std::size_t>(chosen)];
      RC_ASSERT(variant == allocation.variant_of(k));
    }
  });
}

TEST_CASE("Raising traffic moves nobody") {
  rc::prop("any weights, any two shares", [] {
    const std::vector<double> weights = some_weights();
    const int a = some_traffic();
    const int b = some_traffic();
    const Allocation before = first_allocation(weights, std::min(a, b));
    const Allocation after = reallocated(before, weights, std::max(a, b));
    RC_ASSERT(moved_share(before, after) == 0.0);
    RC_ASSERT(after == first_allocation(weights, std::max(a, b)));
  });
}

/// The fewest members any allocation with these counts can move: those above the wanted count of
/// their variant.
int fewest_moves(const Allocation& before, const Allocation& wanted) {
  int moves = 0;
  for (std::size_t i = 0; i < before.variants.size(); ++i) {
    const int variant = static_cast<int>(i);
    moves += std::max(0, before.buckets_of(variant) - wanted.buckets_of(variant));
  }
  return moves;
}

TEST_CASE("Reallocation: wanted counts, fewest moves, over any chain of changes") {
  rc::prop("chain", [] {
    std::vector<double> weights = some_weights();
    Allocation present = first_allocation(weights, some_traffic());
    const int steps = *rc::gen::inRange(1, 6);
    for (int step = 0; step < steps; ++step) {
      const std::vector<double> next_weights =
          *rc::gen::arbitrary<bool>() ? weights : weights_for(weights.size());
      const int traffic = some_traffic();
      const Allocation next = reallocated(present, next_weights, traffic);
      const Allocation plain = first_allocation(next_weights, traffic);
      int members = 0;
      int moved = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        const int variant = static_cast<int>(i);
        RC_ASSERT(next.buckets_of(variant) == plain.buckets_of(variant));
        members += present.buckets_of(variant);
      }
      const auto from = present.table();
      const auto to = next.table();
      for (std::size_t k = 0; k < from.size(); ++k) moved += from[k] >= 0 && from[k] != to[k];
      RC_ASSERT(moved == fewest_moves(present, plain));
      RC_ASSERT(moved_share(present, next) ==
                (members == 0 ? 0.0 : static_cast<double>(moved) / members));
      present = next;
      weights = next_weights;
    }
  });
}

TEST_CASE("Reallocation: nobody falls out while a variant still takes new buckets") {
  rc::prop("surplus first", [] {
    const std::vector<double> weights = some_weights();
    const Allocation before = first_allocation(weights, some_traffic());
    const Allocation after = reallocated(before, weights_for(weights.size()), some_traffic());
    const auto from = before.table();
    const auto to = after.table();
    bool fell_out = false;
    bool came_in = false;
    for (std::size_t k = 0; k < from.size(); ++k) {
      fell_out = fell_out || (from[k] >= 0 && to[k] < 0);
      came_in = came_in || (from[k] < 0 && to[k] >= 0);
    }
    RC_ASSERT(!(fell_out && came_in));
  });
}

TEST_CASE("Allocation: table and ranges are inverse") {
  rc::prop("round trip", [] {
    const Allocation allocation = first_allocation(some_weights(), some_traffic());
    RC_ASSERT(Allocation::from_table(allocation.table(),
                                     static_cast<int>(allocation.variants.size())) == allocation);
  });
}

}  // namespace
}  // namespace converge
