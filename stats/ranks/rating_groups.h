#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "stats/proportions/binomial_count.h"
#include "stats/ranks/net_promoter.h"

namespace converge::stats {

/// Groups of ratings, from counts per rating.
/// Inputs   counts per rating, lowest rating first.
/// Output   net_promoter_counts: detractors (0 to 6), passives (7, 8), promoters (9, 10) of eleven
///          counts. top_boxes: answers with one of the highest `boxes` ratings among all (customer
///          satisfaction is the share of the top two), to be compared as proportions.
/// Assumes  nothing.
/// Errors   kInvalidArgument other than eleven counts, a negative one, boxes outside [1, ratings);
///          kTooLarge more than 1e12 of one rating or in all.
/// Cost     O(ratings).
/// Source   Reichheld (2003) Harvard Business Review 81(12):46-54 for the limits 6 and 9.
/// Checked  unit/stats/net_promoter_test.cc.
Result<NetPromoterCounts> net_promoter_counts(std::span<const std::int64_t> ratings);
Result<BinomialCount> top_boxes(std::span<const std::int64_t> ratings, std::int64_t boxes);

}  // namespace converge::stats
