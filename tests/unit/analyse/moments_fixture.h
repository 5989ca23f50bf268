#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/analyse/analyse.h"

/// An experiment with moments written by hand: as the ledger would hand it over, without a log.
namespace converge::analyse_fixture {

inline Time look_at() {
  return Time{} + 20'000 * kDay;
}

inline MetricDefinition conversion(const std::string& key) {
  MetricDefinition metric;
  metric.key = MetricKey(key);
  metric.type = MetricType::kConversion;
  metric.numerator.aggregation = Aggregation::kAny;
  metric.window = 7 * kDay;
  return metric;
}

inline MetricDefinition revenue(const std::string& key) {
  MetricDefinition metric = conversion(key);
  metric.type = MetricType::kSum;
  metric.numerator.aggregation = Aggregation::kSum;
  metric.numerator.scale_exponent = -2;
  return metric;
}

inline MetricDefinition ratio(const std::string& key) {
  MetricDefinition metric = revenue(key);
  metric.type = MetricType::kRatio;
  metric.denominator = OutcomeQuery{};
  return metric;
}

inline ArmCell cell(std::initializer_list<std::int64_t> values) {
  ArmCell arm;
  for (const std::int64_t value : values) arm.moments.add(value, 0);
  return arm;
}

/// n units of which `converted` did.
inline ArmCell bernoulli(std::int64_t converted, std::int64_t n) {
  ArmCell arm;
  for (std::int64_t i = 0; i < n; ++i) arm.moments.add(i < converted ? 1 : 0, 0);
  return arm;
}

/// Two or more variants, one stratum per call of stratum(), metrics by add().
class Fixture {
 public:
  explicit Fixture(std::vector<std::string> variants = {"control", "new"}) {
    entry.definition.key = ExperimentKey("checkout");
    entry.state = ExperimentState::kRunning;
    for (const std::string& key : variants) {
      entry.definition.variants.push_back(
          {VariantKey(key), 1.0 / static_cast<double>(variants.size()), Value()});
      moments.plan.variants.push_back(VariantKey(key));
    }
    moments.plan.key = entry.definition.key;
    moments.look_time = look_at();
    moments.last_received_at = look_at() - std::chrono::hours(1);
    stratum(1, std::vector<double>(variants.size(), 1.0 / static_cast<double>(variants.size())));
  }

  void stratum(int phase, std::vector<double> shares) {
    Stratum added;
    added.phase = phase;
    added.enrolment = "enrolled since phase 1";
    added.expected_shares = std::move(shares);
    moments.units.emplace_back(added.expected_shares.size(), 500);
    moments.strata.push_back(std::move(added));
  }

  MetricMoments& add(const MetricDefinition& metric, MetricRole role, Cells matured,
                     std::optional<Margin> margin = std::nullopt) {
    entry.definition.metrics.push_back({metric.key, role, margin, std::nullopt});
    entry.metrics.push_back(metric);
    entry.post_hoc.push_back(false);
    MetricMoments added;
    added.id = metric_id(metric);
    added.watermark = look_at();
    added.exposed = matured;
    added.matured = std::move(matured);
    moments.plan.metrics.push_back(metric);
    moments.metrics.push_back(std::move(added));
    return moments.metrics.back();
  }

  Evidence look() const { return analyse(entry, moments, {"1-test", HealthLimits{}}); }

  ExperimentEntry entry;
  ExperimentMoments moments;
};

/// The comparison of everyone's matured units, of the metric at that place in the definition.
inline const MetricEvidence& matured(const Evidence& evidence, const std::string& key) {
  for (const MetricEvidence& metric : evidence.metrics) {
    if (metric.metric.str() == key && metric.population == Population::kMatured &&
        !metric.segment) {
      return metric;
    }
  }
  throw std::runtime_error("no matured evidence of " + key);
}

inline const Comparison& compared(const Evidence& evidence, const std::string& key,
                                  std::size_t comparison = 0) {
  return matured(evidence, key).comparisons.at(comparison);
}

inline double number(const Figure& figure) {
  return std::get<double>(figure);
}
inline Undefined reason(const Figure& figure) {
  return std::get<Undefined>(figure);
}
inline IntervalFigure interval(const Estimate& estimate) {
  return std::get<IntervalFigure>(estimate.interval);
}
inline Undefined no_interval(const Estimate& estimate) {
  return std::get<Undefined>(estimate.interval);
}

}  // namespace converge::analyse_fixture
