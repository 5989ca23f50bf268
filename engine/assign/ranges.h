#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/model/allocation.h"

/// GrowthBook's bucket ranges (protocol section 2) and how they become integer allocations. Pure.
namespace converge {

using DoubleRange = std::pair<double, double>;

std::vector<double> equal_weights(int count);
/// bucketRanges(count, coverage, weights) in doubles, in the reference's order of operations.
std::vector<DoubleRange> bucket_ranges(int count, double coverage,
                                       const std::optional<std::vector<double>>& weights);
/// First index whose range contains n, else kNoVariant.
int choose_variation(double n, std::span<const DoubleRange> ranges);

/// The buckets k with lo <= k/10000.0 < hi of each range: what the SDKs would really serve.
Allocation snap(std::span<const DoubleRange> ranges);

/// The first allocation of an experiment. `traffic` in buckets of kBuckets.
Allocation first_allocation(std::span<const double> weights, int traffic);

/// The allocation with the wanted weights and traffic that moves the fewest present members: equal
/// to first_allocation(weights, traffic) whenever that keeps everyone, otherwise surplus buckets go
/// to variants in deficit first and free buckets come last. Precondition: as many weights as
/// present variants.
Allocation reallocated(const Allocation& present, std::span<const double> weights, int traffic);

/// Share of present members whose variant changes (to another or to none), in [0, 1]; 0 when nobody
/// is in.
double moved_share(const Allocation& before, const Allocation& after);

}  // namespace converge
