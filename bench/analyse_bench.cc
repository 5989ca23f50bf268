#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "bench/bench.h"
#include "engine/analyse/analyse.h"

namespace converge::bench {
namespace {

constexpr int kMetricsOfEachType = 3;  // and one ratio: ten
constexpr std::size_t kVariants = 3;
constexpr int kUnitsPerVariant = 20'000;
constexpr int kLooks = 200;
/// What GrowthBook's gbstats needs for 3 variants x 10 metrics, measured elsewhere: 49 to 111 ms.
/// It cannot be installed here; the faster end is the baseline.
constexpr double kForeignSeconds = 0.049;

struct Experiment {
  ExperimentEntry entry;
  ExperimentMoments moments;
};

MetricDefinition metric_of(MetricType type, const std::string& key) {
  MetricDefinition metric;
  metric.key = MetricKey(key);
  metric.type = type;
  metric.numerator.aggregation = type == MetricType::kConversion ? Aggregation::kAny
                                 : type == MetricType::kCount    ? Aggregation::kCount
                                                                 : Aggregation::kSum;
  metric.numerator.scale_exponent = -2;
  if (type == MetricType::kRatio) metric.denominator = metric.numerator;
  metric.window = 7 * kDay;
  return metric;
}

/// Values without a library: what they are does not change the work.
ArmCell arm_of(MetricType type, std::size_t variant) {
  ArmCell cell;
  const auto shift = static_cast<std::int64_t>(variant);
  for (std::int64_t unit = 0; unit < kUnitsPerVariant; ++unit) {
    const bool acted = (unit * 7919 + shift) % 100 < 10 + shift;
    const std::int64_t amount = acted ? 500 + (unit * 104'729) % 9'000 : 0;
    if (type == MetricType::kConversion) cell.moments.add(acted ? 1 : 0, 0);
    if (type == MetricType::kCount) cell.moments.add(acted ? 1 + unit % 3 : 0, 0);
    if (type == MetricType::kSum) cell.moments.add(amount, 0);
    if (type == MetricType::kRatio) cell.moments.add(amount, acted ? 100 : 0);
  }
  return cell;
}

void add_metric(MetricType type, MetricRole role, Experiment& experiment) {
  const std::string key = "metric-" + std::to_string(experiment.entry.metrics.size());
  const MetricDefinition metric = metric_of(type, key);
  std::optional<Margin> margin;
  if (role == MetricRole::kGuardrail) margin = Margin{0.05, DifferenceScale::kRelative};
  experiment.entry.definition.metrics.push_back({metric.key, role, margin, std::nullopt});
  experiment.entry.metrics.push_back(metric);
  experiment.entry.post_hoc.push_back(false);
  experiment.moments.plan.metrics.push_back(metric);
  MetricMoments moments;
  moments.id = metric_id(metric);
  moments.matured.emplace_back();
  for (std::size_t variant = 0; variant < kVariants; ++variant) {
    moments.matured.front().push_back(arm_of(type, variant));
  }
  moments.exposed = moments.matured;
  experiment.moments.metrics.push_back(std::move(moments));
}

Experiment three_variants_ten_metrics() {
  Experiment experiment;
  experiment.entry.definition.key = ExperimentKey("bench");
  Stratum stratum;
  for (std::size_t variant = 0; variant < kVariants; ++variant) {
    const VariantKey key("variant-" + std::to_string(variant));
    experiment.entry.definition.variants.push_back({key, 1.0 / kVariants, Value()});
    experiment.moments.plan.variants.push_back(key);
    stratum.expected_shares.push_back(1.0 / kVariants);
  }
  experiment.moments.strata = {stratum};
  experiment.moments.units = {std::vector<std::int64_t>(kVariants, kUnitsPerVariant)};
  for (int i = 0; i < kMetricsOfEachType; ++i) {
    add_metric(MetricType::kConversion, MetricRole::kSuccess, experiment);
    add_metric(MetricType::kCount, MetricRole::kGuardrail, experiment);
    add_metric(MetricType::kSum, MetricRole::kDeterioration, experiment);
  }
  add_metric(MetricType::kRatio, MetricRole::kQuality, experiment);
  return experiment;
}

}  // namespace

Workload analyse_workload() {
  const auto experiment = std::make_shared<const Experiment>(three_variants_ten_metrics());
  return {"analyse: a look at 3 variants x 10 metrics, all figures of the evidence",
          "gbstats at that size, foreign figure: 49 ms, the faster end of 49 to 111", "looks",
          [experiment] {
            return per_second([&] {
              for (int i = 0; i < kLooks; ++i) {
                const Evidence evidence =
                    analyse(experiment->entry, experiment->moments, {"1-bench", HealthLimits{}});
                CONVERGE_CHECK(evidence.metrics.size() >= 20);
              }
              return static_cast<double>(kLooks);
            });
          },
          [] { return 1 / kForeignSeconds; }};
}

}  // namespace converge::bench
