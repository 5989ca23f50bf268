#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace converge {

/// Hash version 2 of one unit under many seeds: buckets[i] == bucket_after(seed_states[i],
/// unit_id). Precondition: as many buckets as states. Sixteen seeds at a time in vector registers,
/// the widest that the machine has: with AVX-512 measured 2.7 ns per seed for ids of 11 characters,
/// where one after the other takes 30.
void buckets_after(std::span<const std::uint32_t> seed_states, std::string_view unit_id,
                   std::span<std::uint16_t> buckets);

/// The ways in which this machine can compute it, one per instruction set, the widest last.
using BucketBatch = void (*)(std::span<const std::uint32_t> seed_states, std::string_view unit_id,
                             std::span<std::uint16_t> buckets);
std::vector<BucketBatch> bucket_batches();

}  // namespace converge
