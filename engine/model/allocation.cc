#include "engine/model/allocation.h"

#include <algorithm>

#include "base/check.h"

namespace converge {

int Allocation::variant_of(int bucket) const {
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    for (const BucketRange& range : variants[variant]) {
      if (range.contains(bucket)) return static_cast<int>(variant);
    }
  }
  return kNoVariant;
}

int Allocation::buckets_of(int variant) const {
  int total = 0;
  for (const BucketRange& range : variants.at(static_cast<std::size_t>(variant))) {
    total += range.size();
  }
  return total;
}

std::vector<std::int16_t> Allocation::table() const {
  std::vector<std::int16_t> table(kBuckets, kNoVariant);
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    for (const BucketRange& range : variants[variant]) {
      CONVERGE_CHECK(0 <= range.lo && range.lo <= range.hi && range.hi <= kBuckets);
      std::fill(table.begin() + range.lo, table.begin() + range.hi,
                static_cast<std::int16_t>(variant));
    }
  }
  return table;
}

Allocation Allocation::from_table(const std::vector<std::int16_t>& table, int variant_count) {
  Allocation allocation;
  allocation.variants.resize(static_cast<std::size_t>(variant_count));
  const int size = static_cast<int>(table.size());
  for (int lo = 0; lo < size;) {
    const std::int16_t variant = table[static_cast<std::size_t>(lo)];
    int hi = lo + 1;
    while (hi < size && table[static_cast<std::size_t>(hi)] == variant) ++hi;
    if (variant != kNoVariant) {
      allocation.variants.at(static_cast<std::size_t>(variant)).push_back({lo, hi});
    }
    lo = hi;
  }
  return allocation;
}

BucketRanges normalised(BucketRanges ranges) {
  std::erase_if(ranges, [](const BucketRange& range) { return range.size() <= 0; });
  std::sort(ranges.begin(), ranges.end(),
            [](const BucketRange& a, const BucketRange& b) { return a.lo < b.lo; });
  BucketRanges joined;
  for (const BucketRange& range : ranges) {
    if (!joined.empty() && range.lo <= joined.back().hi) {
      joined.back().hi = std::max(joined.back().hi, range.hi);
    } else {
      joined.push_back(range);
    }
  }
  return joined;
}

int size_of(const BucketRanges& ranges) {
  int size = 0;
  for (const BucketRange& range : ranges) size += range.size();
  return size;
}

bool contains(const BucketRanges& ranges, int bucket) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [bucket](const BucketRange& range) { return range.contains(bucket); });
}

bool covers(const BucketRanges& outer, const BucketRanges& inner) {
  return intersection(outer, inner) == inner;
}

BucketRanges complement(const BucketRanges& ranges) {
  BucketRanges rest;
  int at = 0;
  for (const BucketRange& range : ranges) {
    if (range.lo > at) rest.push_back({at, range.lo});
    at = range.hi;
  }
  if (at < kBuckets) rest.push_back({at, kBuckets});
  return rest;
}

BucketRanges intersection(const BucketRanges& a, const BucketRanges& b) {
  BucketRanges both;
  for (const BucketRange& x : a) {
    for (const BucketRange& y : b) both.push_back({std::max(x.lo, y.lo), std::min(x.hi, y.hi)});
  }
  return normalised(std::move(both));
}

}  // namespace converge
