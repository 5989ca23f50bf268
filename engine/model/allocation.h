#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace converge {

inline constexpr int kBuckets = 10'000;

/// Buckets [lo, hi) of kBuckets. Never empty in an Allocation.
struct BucketRange {
  int lo = 0;
  int hi = 0;
  int size() const { return hi - lo; }
  bool contains(int bucket) const { return bucket >= lo && bucket < hi; }
  bool operator==(const BucketRange&) const = default;
};

/// Sorted, disjoint, not touching.
using BucketRanges = std::vector<BucketRange>;

/// No variant has this bucket.
inline constexpr int kNoVariant = -1;

/// Which buckets belong to whom: variant index -> its ranges. Disjoint over all variants.
struct Allocation {
  std::vector<BucketRanges> variants;
  bool operator==(const Allocation&) const = default;

  /// Variant index or kNoVariant. O(number of ranges).
  int variant_of(int bucket) const;
  /// Number of buckets of that variant.
  int buckets_of(int variant) const;
  /// All kBuckets entries: variant index or kNoVariant.
  std::vector<std::int16_t> table() const;
  /// The inverse of table().
  static Allocation from_table(const std::vector<std::int16_t>& table, int variant_count);
};

/// Sorts, drops empty ranges and joins those that touch.
BucketRanges normalised(BucketRanges ranges);

// Of normalised ranges.
int size_of(const BucketRanges& ranges);
bool contains(const BucketRanges& ranges, int bucket);
bool covers(const BucketRanges& outer, const BucketRanges& inner);
BucketRanges complement(const BucketRanges& ranges);
BucketRanges intersection(const BucketRanges& a, const BucketRanges& b);

}  // namespace converge
