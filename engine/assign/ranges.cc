#include "engine/assign/ranges.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace converge {
namespace {

using Table = std::vector<std::int16_t>;

/// How many buckets each variant has in a table.
std::vector<int> counts(const Table& table, std::size_t variants) {
  std::vector<int> result(variants, 0);
  for (const std::int16_t variant : table) {
    if (variant != kNoVariant) ++result[static_cast<std::size_t>(variant)];
  }
  return result;
}

bool keeps_everyone(const Table& before, const Table& after) {
  for (std::size_t k = 0; k < before.size(); ++k) {
    if (before[k] != kNoVariant && before[k] != after[k]) return false;
  }
  return true;
}

/// Buckets above the wanted counts, taken from their variants (kNoVariant in `table`): first those
/// that the plain allocation gives to somebody else, so that repeated changes come back to it; then
/// from the top.
std::vector<std::size_t> release_surplus(Table& table, const Table& plain,
                                         std::vector<int>& excess) {
  std::vector<std::size_t> released;
  for (const bool own_too : {false, true}) {
    for (std::size_t k = table.size(); k-- > 0;) {
      if (table[k] == kNoVariant || (!own_too && plain[k] == table[k])) continue;
      int& over = excess[static_cast<std::size_t>(table[k])];
      if (over <= 0) continue;
      --over;
      table[k] = kNoVariant;
      released.push_back(k);
    }
  }
  std::sort(released.begin(), released.end());
  return released;
}

/// Gives `buckets` that nobody has to variants in deficit (negative excess): to the one that the
/// plain allocation names where it can, else to the first that still needs some.
void fill_deficits(Table& table, const Table& plain, std::vector<int>& excess,
                   const std::vector<std::size_t>& buckets) {
  for (const std::size_t k : buckets) {
    if (plain[k] == kNoVariant) continue;
    int& lacking = excess[static_cast<std::size_t>(plain[k])];
    if (lacking >= 0) continue;
    ++lacking;
    table[k] = plain[k];
  }
  for (const std::size_t k : buckets) {
    if (table[k] != kNoVariant) continue;
    const auto needy = std::find_if(excess.begin(), excess.end(), [](int e) { return e < 0; });
    if (needy == excess.end()) return;
    ++*needy;
    table[k] = static_cast<std::int16_t>(needy - excess.begin());
  }
}

std::vector<std::size_t> free_buckets(const Table& table) {
  std::vector<std::size_t> free;
  for (std::size_t k = 0; k < table.size(); ++k) {
    if (table[k] == kNoVariant) free.push_back(k);
  }
  return free;
}

}  // namespace

std::vector<double> equal_weights(int count) {
  if (count < 1) return {};
  return std::vector<double>(static_cast<std::size_t>(count), 1.0 / count);
}

std::vector<DoubleRange> bucket_ranges(int count, double coverage,
                                       const std::optional<std::vector<double>>& weights) {
  if (coverage < 0) coverage = 0;
  if (coverage > 1) coverage = 1;
  std::vector<double> used = weights.value_or(equal_weights(count));
  double total = 0;
  for (const double weight : used) total += weight;
  const bool fits = static_cast<int>(used.size()) == count && total >= 0.99 && total <= 1.01;
  if (!fits) used = equal_weights(count);

  std::vector<DoubleRange> ranges;
  double at = 0;
  for (const double weight : used) {
    ranges.emplace_back(at, at + coverage * weight);
    at += weight;
  }
  return ranges;
}

int choose_variation(double n, std::span<const DoubleRange> ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (n >= ranges[i].first && n < ranges[i].second) return static_cast<int>(i);
  }
  return kNoVariant;
}

Allocation snap(std::span<const DoubleRange> ranges) {
  Table table(kBuckets, kNoVariant);
  for (int k = 0; k < kBuckets; ++k) {
    table[static_cast<std::size_t>(k)] =
        static_cast<std::int16_t>(choose_variation(k / 10000.0, ranges));
  }
  return Allocation::from_table(table, static_cast<int>(ranges.size()));
}

Allocation first_allocation(std::span<const double> weights, int traffic) {
  const std::vector<double> copy(weights.begin(), weights.end());
  return snap(bucket_ranges(static_cast<int>(copy.size()), traffic / 10000.0, copy));
}

Allocation reallocated(const Allocation& present, std::span<const double> weights, int traffic) {
  CONVERGE_CHECK(weights.size() == present.variants.size());
  Allocation first = first_allocation(weights, traffic);
  const Table plain = first.table();
  Table table = present.table();
  if (keeps_everyone(table, plain)) return first;

  const std::size_t variants = weights.size();
  std::vector<int> excess = counts(table, variants);
  const std::vector<int> wanted = counts(plain, variants);
  for (std::size_t i = 0; i < variants; ++i) excess[i] -= wanted[i];

  // Members who must leave their variant fill deficits before anybody new comes in: otherwise more
  // would fall out.
  const std::vector<std::size_t> released = release_surplus(table, plain, excess);
  fill_deficits(table, plain, excess, released);
  fill_deficits(table, plain, excess, free_buckets(table));
  return Allocation::from_table(table, static_cast<int>(variants));
}

double moved_share(const Allocation& before, const Allocation& after) {
  const Table from = before.table();
  const Table to = after.table();
  int members = 0;
  int moved = 0;
  for (std::size_t k = 0; k < from.size(); ++k) {
    if (from[k] == kNoVariant) continue;
    ++members;
    if (to[k] != from[k]) ++moved;
  }
  return members == 0 ? 0.0 : static_cast<double>(moved) / members;
}

}  // namespace converge
