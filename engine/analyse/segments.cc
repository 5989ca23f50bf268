#include "engine/analyse/segments.h"

#include <algorithm>

namespace converge {
namespace {

constexpr const char* kOther = "(other)";

std::int64_t units_in(const Cells& cells) {
  std::int64_t units = 0;
  for (const std::vector<ArmCell>& stratum : cells) {
    for (const ArmCell& cell : stratum) units += cell.moments.n + cell.overflow;
  }
  return units;
}

ArmCell& operator+=(ArmCell& a, const ArmCell& b) {
  a.moments += b.moments;
  a.overflow += b.overflow;
  a.no_value += b.no_value;
  a.censored += b.censored;
  return a;
}

}  // namespace

Cells added(const Cells& a, const Cells& b) {
  Cells sum = a.size() >= b.size() ? a : b;
  const Cells& other = a.size() >= b.size() ? b : a;
  for (std::size_t stratum = 0; stratum < other.size(); ++stratum) {
    for (std::size_t variant = 0; variant < other[stratum].size(); ++variant) {
      sum[stratum][variant] += other[stratum][variant];
    }
  }
  return sum;
}

SegmentNames::SegmentNames(const ExperimentMoments& moments, std::size_t values_max)
    : attributes_(moments.plan.segments) {
  std::map<SegmentName, std::int64_t> counts;
  for (const MetricMoments& metric : moments.metrics) {
    for (const auto& [name, cells] : metric.exposed_by_segment) counts[name] += units_in(cells);
    for (const auto& [name, cells] : metric.matured_by_segment) counts.try_emplace(name, 0);
  }
  for (const std::string& attribute : attributes_) {
    std::vector<std::pair<std::int64_t, SegmentName>> ranked;
    for (const auto& [name, count] : counts) {
      if (name.attribute == attribute && name.value != kOther) ranked.emplace_back(-count, name);
    }
    std::sort(ranked.begin(), ranked.end());
    for (std::size_t i = 0; i < ranked.size(); ++i) shown_[ranked[i].second] = i < values_max;
  }
}

std::vector<std::pair<SegmentName, Cells>> SegmentNames::grouped(
    const std::map<SegmentName, Cells>& cells) const {
  std::vector<std::pair<SegmentName, Cells>> groups;
  for (const std::string& attribute : attributes_) {
    std::optional<Cells> rest;
    for (const auto& [name, value] : cells) {
      if (name.attribute != attribute) continue;
      const auto found = shown_.find(name);
      if (found != shown_.end() && found->second) {
        groups.emplace_back(name, value);
      } else {
        rest = rest ? added(*rest, value) : value;
      }
    }
    if (rest) groups.emplace_back(SegmentName{attribute, kOther}, *rest);
  }
  return groups;
}

}  // namespace converge
