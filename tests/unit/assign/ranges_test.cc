#include "engine/assign/ranges.h"

#include <catch2/catch.hpp>

namespace converge {
namespace {

using Weights = std::vector<double>;

std::vector<int> sizes(const Allocation& allocation) {
  std::vector<int> result;
  for (std::size_t i = 0; i < allocation.variants.size(); ++i) {
    result.push_back(allocation.buckets_of(static_cast<int>(i)));
  }
  return result;
}

TEST_CASE("Bucket ranges: the protocol's example, to the last bit") {
  const auto ranges = bucket_ranges(3, 0.4, Weights{0.5, 0.3, 0.2});
  REQUIRE(ranges.size() == 3);
  CHECK(ranges[0] == DoubleRange{0, 0.2});
  CHECK(ranges[1] == DoubleRange{0.5, 0.62});
  CHECK(ranges[2] == DoubleRange{0.8, 0.8800000000000001});
}

TEST_CASE("Bucket ranges: coverage is clamped to [0, 1]") {
  CHECK(bucket_ranges(2, 1.5, Weights{0.5, 0.5}) == bucket_ranges(2, 1, Weights{0.5, 0.5}));
  CHECK(bucket_ranges(2, -0.5, Weights{0.5, 0.5}) == std::vector<DoubleRange>{{0, 0}, {0.5, 0.5}});
}

TEST_CASE("Bucket ranges: missing, miscounted or badly adding weights become equal ones") {
  const std::vector<DoubleRange> equal{{0, 0.5}, {0.5, 1}};
  CHECK(bucket_ranges(2, 1, std::nullopt) == equal);
  CHECK(bucket_ranges(2, 1, Weights{0.4, 0.3, 0.3}) == equal);
  CHECK(bucket_ranges(2, 1, Weights{0.4, 0.1}) == equal);
  CHECK(bucket_ranges(2, 1, Weights{0.9, 0.2}) == equal);
  CHECK(bucket_ranges(2, 1, Weights{0.4, 0.595})[0] == DoubleRange{0, 0.4});
  CHECK(bucket_ranges(0, 1, std::nullopt).empty());
}

TEST_CASE("Equal weights: n copies of 1/n, none for less than one") {
  CHECK(equal_weights(3) == Weights(3, 1.0 / 3));
  CHECK(equal_weights(0).empty());
  CHECK(equal_weights(-1).empty());
}

TEST_CASE("choose_variation: the first range that contains n, upper bound excluded") {
  const std::vector<DoubleRange> ranges{{0, 0.5}, {0.4, 0.6}, {0.6, 1}};
  CHECK(choose_variation(0.45, ranges) == 0);
  CHECK(choose_variation(0.5, ranges) == 1);
  CHECK(choose_variation(0.6, ranges) == 2);
  CHECK(choose_variation(1, ranges) == kNoVariant);
  CHECK(choose_variation(0.5, {}) == kNoVariant);
}

TEST_CASE("Effective shares: the protocol's examples in counted buckets") {
  CHECK(sizes(first_allocation(equal_weights(3), 10'000)) == std::vector<int>{3334, 3333, 3333});
  CHECK(sizes(first_allocation(Weights{0.5, 0.3, 0.2}, 4'000)) ==
        std::vector<int>{2000, 1200, 801});
  const std::vector<int> ten = sizes(first_allocation(Weights(10, 0.1), 10'000));
  CHECK(std::vector<int>(ten.begin(), ten.begin() + 5) ==
        std::vector<int>{1000, 1000, 1001, 999, 1000});
}

TEST_CASE("Effective shares: the worked example of the protocol") {
  const Allocation allocation = first_allocation(Weights{0.5, 0.3, 0.2}, 4'000);
  CHECK(allocation.variant_of(8180) == 2);
  CHECK(allocation.variant_of(2199) == kNoVariant);
  CHECK(allocation.variant_of(4801) == kNoVariant);
  CHECK(allocation.variant_of(6361) == kNoVariant);
}

TEST_CASE("Reallocation: more traffic is the plain allocation and moves nobody") {
  const Weights weights{0.5, 0.3, 0.2};
  const Allocation before = first_allocation(weights, 2'000);
  const Allocation after = reallocated(before, weights, 9'000);
  CHECK(after == first_allocation(weights, 9'000));
  CHECK(moved_share(before, after) == 0);
}

TEST_CASE("Reallocation: less traffic puts out exactly those who are too many") {
  const Weights weights{0.5, 0.5};
  const Allocation before = first_allocation(weights, 8'000);
  const Allocation after = reallocated(before, weights, 4'000);
  CHECK(after == first_allocation(weights, 4'000));
  CHECK(moved_share(before, after) == Approx(0.5));
}

TEST_CASE("Reallocation: new weights at full traffic move the difference and no more") {
  const Allocation before = first_allocation(Weights{0.5, 0.5}, 10'000);
  const Allocation after = reallocated(before, Weights{0.6, 0.4}, 10'000);
  CHECK(sizes(after) == std::vector<int>{6000, 4000});
  CHECK(after == first_allocation(Weights{0.6, 0.4}, 10'000));
  CHECK(moved_share(before, after) == Approx(0.1));
}

TEST_CASE("Reallocation: new weights with free buckets move only the surplus, which stays in") {
  const Allocation before = first_allocation(Weights{0.5, 0.5}, 4'000);
  const Allocation after = reallocated(before, Weights{0.75, 0.25}, 4'000);
  CHECK(sizes(after) == std::vector<int>{3001, 1000});
  CHECK(moved_share(before, after) == Approx(0.25));
  const auto was = before.table();
  const auto is = after.table();
  int fell_out = 0;
  for (std::size_t k = 0; k < was.size(); ++k) fell_out += was[k] != -1 && is[k] == -1 ? 1 : 0;
  CHECK(fell_out == 0);
}

TEST_CASE("Reallocation: a weight of 0 drops the variant") {
  const Allocation before = first_allocation(equal_weights(3), 9'000);
  const Allocation after = reallocated(before, Weights{0.5, 0.5, 0}, 9'000);
  CHECK(after.buckets_of(2) == 0);
  CHECK(moved_share(before, after) == Approx(1.0 / 3).epsilon(1e-3));
}

TEST_CASE("Moved share: nobody in means nobody moved") {
  CHECK(moved_share(first_allocation(Weights{0.5, 0.5}, 0),
                    first_allocation(Weights{0.5, 0.5}, 10'000)) == 0);
}

}  // namespace
}  // namespace converge
