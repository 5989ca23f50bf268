#include "stats/adjustment/winsorising.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace converge::stats {
namespace {

constexpr std::int64_t kUnitLimit = std::int64_t{1} << 53;  // exact as double

Status check_values(std::span<const ValueCount> ascending) {
  std::int64_t units = 0;
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const std::string name = "values[" + std::to_string(i) + "]";
    if (!std::isfinite(ascending[i].value)) {
      return Error{Errc::kInvalidArgument, name + ": expected a finite number"};
    }
    if (ascending[i].count < 0) {
      return Error{Errc::kInvalidArgument, name + ".count: expected 0 or more"};
    }
    if (i > 0 && ascending[i].value < ascending[i - 1].value) {
      return Error{Errc::kInvalidArgument, name + ": expected ascending values"};
    }
    if (ascending[i].count >= kUnitLimit - units) {
      return Error{Errc::kTooLarge, "values: 2^53 units or more"};
    }
    units += ascending[i].count;
  }
  return {};
}

std::int64_t counted(const ValueCount& entry, CountedValues values) {
  return values == CountedValues::kNonZero && entry.value == 0 ? 0 : entry.count;
}

/// ceil(quantile * units) without the rounding of a product that should be an integer.
std::int64_t rank_of(double quantile, std::int64_t units) {
  static constexpr double kSlack = 1e-12;
  const double rank = quantile * static_cast<double>(units);
  const double whole = std::round(rank);
  if (std::abs(rank - whole) <= kSlack * std::max(1.0, rank)) {
    return static_cast<std::int64_t>(whole);
  }
  return static_cast<std::int64_t>(std::ceil(rank));
}

double value_at_rank(std::span<const ValueCount> ascending, CountedValues values,
                     std::int64_t rank) {
  std::int64_t below = 0;
  for (const ValueCount& entry : ascending) {
    below += counted(entry, values);
    if (below >= rank && counted(entry, values) > 0) return entry.value;
  }
  return ascending.back().value;
}

}  // namespace

Result<WinsorLimits> winsor_limits(std::span<const ValueCount> ascending, const WinsorRule& rule) {
  if (!(rule.upper_quantile > 0 && rule.upper_quantile <= 1)) {
    return Error{Errc::kInvalidArgument, "upper_quantile: expected above 0, at most 1"};
  }
  if (!(rule.lower_quantile >= 0 && rule.lower_quantile < rule.upper_quantile)) {
    return Error{Errc::kInvalidArgument, "lower_quantile: expected 0 to below upper_quantile"};
  }
  if (const Status valid = check_values(ascending); !valid) return valid.error();
  std::int64_t units = 0;
  for (const ValueCount& entry : ascending) units += counted(entry, rule.counted);
  WinsorLimits limits;
  if (units == 0) return limits;
  if (rule.upper_quantile < 1) {
    limits.cap = value_at_rank(ascending, rule.counted, rank_of(rule.upper_quantile, units));
  }
  if (rule.lower_quantile > 0) {
    limits.floor = value_at_rank(ascending, rule.counted, rank_of(rule.lower_quantile, units));
  }
  return limits;
}

Result<WinsorLimits> winsor_limits(std::span<const double> ascending, const WinsorRule& rule) {
  std::vector<ValueCount> counts;
  counts.reserve(ascending.size());
  for (const double value : ascending) counts.push_back({value, 1});
  return winsor_limits(counts, rule);
}

double winsorised(double value, const WinsorLimits& limits) {
  if (limits.floor && value < *limits.floor) return *limits.floor;
  if (limits.cap && value > *limits.cap) return *limits.cap;
  return value;
}

std::int64_t winsorised(std::int64_t value, const WinsorLimits& limits) {
  const auto as_double = static_cast<double>(value);
  const double limited = winsorised(as_double, limits);
  return limited == as_double ? value : static_cast<std::int64_t>(limited);
}

Result<Winsorised> winsorised_sample(std::span<const ValueCount> ascending,
                                     const WinsorLimits& limits) {
  if (const Status valid = check_values(ascending); !valid) return valid.error();
  if (limits.floor && limits.cap && !(*limits.floor <= *limits.cap)) {
    return Error{Errc::kInvalidArgument, "floor: expected at most the cap"};
  }
  Winsorised result;
  double mean = 0;
  for (const ValueCount& entry : ascending) {
    result.sample.n += entry.count;
    if (limits.floor && entry.value < *limits.floor) result.raised += entry.count;
    if (limits.cap && entry.value > *limits.cap) result.lowered += entry.count;
    if (entry.count == 0) continue;
    mean += (winsorised(entry.value, limits) - mean) *
            (static_cast<double>(entry.count) / static_cast<double>(result.sample.n));
  }
  if (result.sample.n < 2) {
    return Error{Errc::kInsufficientData,
                 "n: " + std::to_string(result.sample.n) + " units, the variance needs at least 2"};
  }
  const auto n = static_cast<double>(result.sample.n);
  double second = 0;
  double third = 0;
  for (const ValueCount& entry : ascending) {
    const double distance = winsorised(entry.value, limits) - mean;
    const double weight = static_cast<double>(entry.count) / n;
    second += weight * distance * distance;
    third += weight * distance * distance * distance;
  }
  result.sample.mean = mean;
  result.sample.variance = second * (n / (n - 1));
  result.sample.third_central_moment = third;
  return result;
}

}  // namespace converge::stats
