#include "stats/ranks/rating_groups.h"

#include <string>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Status check_ratings(std::span<const std::int64_t> ratings) {
  static constexpr std::int64_t kMostAnswers = 1'000'000'000'000;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    const std::string name = "ratings[" + std::to_string(i) + "]";
    if (Status valid = require_not_negative(name, ratings[i]); !valid) return valid;
    if (ratings[i] > kMostAnswers || sum + ratings[i] > kMostAnswers) {
      return Error{Errc::kTooLarge, name + ": more than 1e12 answers"};
    }
    sum += ratings[i];
  }
  return {};
}

}  // namespace

Result<NetPromoterCounts> net_promoter_counts(std::span<const std::int64_t> ratings) {
  static constexpr std::size_t kRatings = 11;
  static constexpr std::size_t kFirstPassive = 7;
  static constexpr std::size_t kFirstPromoter = 9;
  if (ratings.size() != kRatings) {
    return Error{Errc::kInvalidArgument, "ratings: expected eleven counts, those of 0 to 10"};
  }
  if (const Status valid = check_ratings(ratings); !valid) return valid.error();
  NetPromoterCounts counts;
  for (std::size_t i = 0; i < kRatings; ++i) {
    std::int64_t& group = i >= kFirstPromoter  ? counts.promoters
                          : i >= kFirstPassive ? counts.passives
                                               : counts.detractors;
    group += ratings[i];
  }
  return counts;
}

Result<BinomialCount> top_boxes(std::span<const std::int64_t> ratings, std::int64_t boxes) {
  if (boxes < 1 || static_cast<std::size_t>(boxes) >= ratings.size()) {
    return Error{Errc::kInvalidArgument, "boxes: expected from 1 to one less than the ratings"};
  }
  if (const Status valid = check_ratings(ratings); !valid) return valid.error();
  const std::size_t first_box = ratings.size() - static_cast<std::size_t>(boxes);
  BinomialCount count;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    count.trials += ratings[i];
    if (i >= first_box) count.successes += ratings[i];
  }
  return count;
}

}  // namespace converge::stats
