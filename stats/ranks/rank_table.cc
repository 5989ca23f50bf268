#include "stats/ranks/rank_table.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "stats/domain.h"

namespace converge::stats {
namespace {

Result<std::vector<double>> sorted(std::span<const double> values, const char* arm) {
  if (values.empty()) return Error{Errc::kInsufficientData, std::string(arm) + ": no values"};
  if (std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); })) {
    return Error{Errc::kInvalidArgument, std::string(arm) + ": expected numbers, found a NaN"};
  }
  std::vector<double> result(values.begin(), values.end());
  std::sort(result.begin(), result.end());
  return result;
}

/// The end of the values equal to `value`, from `begin` on.
std::size_t end_of_ties(const std::vector<double>& values, std::size_t begin, double value) {
  while (begin < values.size() && values[begin] == value) ++begin;
  return begin;
}

Status add_count(std::int64_t& sum, std::int64_t count, const std::string& name) {
  static constexpr std::int64_t kMost = 1'000'000'000'000;
  if (Status valid = require_not_negative(name, count); !valid) return valid;
  if (count > kMost || sum + count > kMost) {
    return Error{Errc::kTooLarge, name + ": more than 1e12 ratings in this arm"};
  }
  sum += count;
  return {};
}

}  // namespace

Result<RankTable> rank_table_of(std::span<const double> a, std::span<const double> b) {
  const Result<std::vector<double>> in_a = sorted(a, "a");
  const Result<std::vector<double>> in_b = sorted(b, "b");
  if (!in_a) return in_a.error();
  if (!in_b) return in_b.error();
  RankTable table;
  table.n_a = static_cast<std::int64_t>(a.size());
  table.n_b = static_cast<std::int64_t>(b.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool from_b = i == a.size() || (j < b.size() && (*in_b)[j] < (*in_a)[i]);
    const double value = from_b ? (*in_b)[j] : (*in_a)[i];
    const std::size_t end_a = end_of_ties(*in_a, i, value);
    const std::size_t end_b = end_of_ties(*in_b, j, value);
    table.levels.push_back(
        {static_cast<std::int64_t>(end_a - i), static_cast<std::int64_t>(end_b - j)});
    i = end_a;
    j = end_b;
  }
  return table;
}

Result<RankTable> rank_table_of_counts(std::span<const std::int64_t> a,
                                       std::span<const std::int64_t> b) {
  if (a.size() != b.size()) {
    return Error{Errc::kInvalidArgument, "counts_b: expected as many counts as in counts_a"};
  }
  RankTable table;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::string place = "[" + std::to_string(i) + "]";
    if (const Status valid = first_failure({add_count(table.n_a, a[i], "counts_a" + place),
                                            add_count(table.n_b, b[i], "counts_b" + place)});
        !valid) {
      return valid.error();
    }
    if (a[i] > 0 || b[i] > 0) table.levels.push_back({a[i], b[i]});
  }
  if (table.n_a == 0) return Error{Errc::kInsufficientData, "counts_a: no ratings"};
  if (table.n_b == 0) return Error{Errc::kInsufficientData, "counts_b: no ratings"};
  return table;
}

}  // namespace converge::stats
