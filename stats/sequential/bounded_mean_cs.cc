#include "stats/sequential/bounded_mean_cs.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/domain.h"

namespace converge::stats {
namespace {

using Blocks = std::span<const BoundedBlock>;

/// Whether a margin is refuted from below: the difference must be larger.
using IsTooSmall = bool (*)(Blocks blocks, const BoundedMeanOptions& margin, double log_threshold);

bool greater_refutes(Blocks blocks, const BoundedMeanOptions& margin, double log_threshold) {
  const Result<EProcess> greater = bounded_mean_e_process_greater(blocks, margin);
  return greater && greater->last() >= log_threshold;
}

/// The two-sided process does, and it is the larger side that says so.
bool two_sided_refutes(Blocks blocks, const BoundedMeanOptions& margin, double log_threshold) {
  const Result<EProcess> both = bounded_mean_e_process_two_sided(blocks, margin);
  if (!both || both->last() < log_threshold) return false;
  const Result<EProcess> greater = bounded_mean_e_process_greater(blocks, margin);
  const Result<EProcess> less = bounded_mean_e_process_less(blocks, margin);
  return greater && less && greater->last() > less->last();
}

/// The largest margin that is too small, in units of the cap; -1 if none is.
double lower_end(Blocks blocks, const BoundedMeanCsOptions& options, IsTooSmall is_too_small) {
  static constexpr double kPrecision = 1e-14;
  static constexpr double kLargestMargin = 1 - 1e-12;
  const double log_threshold = -std::log(options.alpha);
  const auto refuted = [&](double margin) {
    return is_too_small(blocks, {.margin = margin * options.cap, .cap = options.cap},
                        log_threshold);
  };
  double too_small = -kLargestMargin;
  double kept = kLargestMargin;
  if (!refuted(too_small)) return -1;
  // The verdict at 0 is what most ask for: it is taken from there, not from a neighbour.
  (refuted(0) ? too_small : kept) = 0;
  while (kept - too_small > kPrecision * std::max(std::abs(kept), std::abs(too_small))) {
    const double middle = too_small + (kept - too_small) / 2;
    if (middle <= too_small || middle >= kept) break;
    (refuted(middle) ? too_small : kept) = middle;
  }
  // Open at a refuted margin: the next number is the first that the interval contains.
  return std::nextafter(too_small, 1.0);
}

std::vector<BoundedBlock> mirrored(Blocks blocks) {
  std::vector<BoundedBlock> result;
  result.reserve(blocks.size());
  for (const BoundedBlock& block : blocks) result.push_back({block.b, block.a});
  return result;
}

Status check(Blocks blocks, const BoundedMeanCsOptions& options) {
  if (Status valid = require_open_unit("alpha", options.alpha); !valid) return valid;
  const Result<EProcess> process =
      bounded_mean_e_process_greater(blocks, {.margin = 0, .cap = options.cap});
  if (!process) return process.error();
  return {};
}

}  // namespace

Result<Interval> bounded_mean_cs_two_sided(Blocks blocks, const BoundedMeanCsOptions& options) {
  if (const Status valid = check(blocks, options); !valid) return valid.error();
  const double lower = lower_end(blocks, options, two_sided_refutes);
  const double upper = -lower_end(mirrored(blocks), options, two_sided_refutes);
  if (lower <= upper) return Interval{lower * options.cap, upper * options.cap, 1 - options.alpha};
  return Error{Errc::kInsufficientData,
               "blocks: every difference is refuted, so they do not share one"};
}

Result<Interval> bounded_mean_cs_lower(Blocks blocks, const BoundedMeanCsOptions& options) {
  if (const Status valid = check(blocks, options); !valid) return valid.error();
  const double lower = lower_end(blocks, options, greater_refutes);
  return Interval{lower * options.cap, options.cap, 1 - options.alpha};
}

Result<Interval> bounded_mean_cs_upper(Blocks blocks, const BoundedMeanCsOptions& options) {
  if (const Status valid = check(blocks, options); !valid) return valid.error();
  const double upper = -lower_end(mirrored(blocks), options, greater_refutes);
  return Interval{-options.cap, upper * options.cap, 1 - options.alpha};
}

}  // namespace converge::stats
