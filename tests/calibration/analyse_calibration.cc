#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <functional>

#include "engine/analyse/analyse.h"

/// A/A experiments under peeking through the whole of analyse(): exact moments in, verdict out.
/// Fixed seeds. The limit: with a true error of at most alpha the number of false positives exceeds
/// it with probability below 1e-6.
namespace {

using namespace converge;

constexpr int kRuns = 400;
constexpr int kLooks = 20;
constexpr int kUnitsPerArmAndLook = 250;
constexpr double kAlpha = 0.05;

/// Smallest k with P(Binomial(runs, p) > k) < tail, by summing exact log probabilities.
int binomial_limit(int runs, double p, double tail) {
  double above = 1;
  for (int k = 0; k <= runs; ++k) {
    above -= std::exp(std::lgamma(runs + 1.0) - std::lgamma(k + 1.0) - std::lgamma(runs - k + 1.0) +
                      k * std::log(p) + (runs - k) * std::log1p(-p));
    if (above < tail) return k;
  }
  return runs;
}

/// splitmix64: the same numbers with every standard library, which std::distributions do not
/// promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return (static_cast<double>((z ^ (z >> 31U)) >> 11U) + 0.5) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

std::int64_t converted(Random& random) {
  return random.uniform() < 0.1 ? 1 : 0;
}

/// Lognormal with sigma 1 in cents: skewness 6.
std::int64_t skewed_revenue(Random& random) {
  const double radius = std::sqrt(-2 * std::log(random.uniform()));
  const double normal = radius * std::cos(6.283185307179586 * random.uniform());
  return static_cast<std::int64_t>(100 * std::exp(normal));
}

struct Errors {
  int always_valid = 0;  ///< runs in which the verdict was better or worse at any look
  int one_look = 0;      ///< runs in which the one-look p fell below alpha at any look
  int guarded = 0;       ///< looks that the guard kept back
};

struct Design {
  MetricType type = MetricType::kConversion;
  std::function<std::int64_t(Random&)> value;
  int treated_per_control = 1;
};

Errors peek(const Design& design) {
  MetricDefinition metric;
  metric.key = MetricKey("value");
  metric.type = design.type;
  metric.numerator.aggregation =
      design.type == MetricType::kConversion ? Aggregation::kAny : Aggregation::kSum;
  metric.numerator.scale_exponent = -2;
  metric.window = kDay;
  ExperimentEntry entry;
  entry.definition.variants.resize(2);
  entry.definition.analysis.alpha = kAlpha;
  entry.definition.metrics = {{metric.key, MetricRole::kSuccess, std::nullopt, std::nullopt}};
  entry.metrics = {metric};
  Stratum stratum;
  const double treated = design.treated_per_control;
  stratum.expected_shares = {1 / (1 + treated), treated / (1 + treated)};

  Errors errors;
  for (int run = 0; run < kRuns; ++run) {
    Random random(static_cast<std::uint64_t>(run) * 7919 + 17);
    ExperimentMoments moments;
    moments.plan.variants = {VariantKey("control"), VariantKey("treated")};
    moments.plan.metrics = {metric};
    moments.strata = {stratum};
    moments.units = {{0, 0}};
    moments.metrics.resize(1);
    Cells& cells = moments.metrics[0].matured;
    cells = {{ArmCell{}, ArmCell{}}};
    bool crossed = false;
    bool crossed_one_look = false;
    for (int look = 0; look < kLooks; ++look) {
      for (int i = 0; i < kUnitsPerArmAndLook; ++i)
        cells[0][0].moments.add(design.value(random), 0);
      for (int i = 0; i < kUnitsPerArmAndLook * design.treated_per_control; ++i) {
        cells[0][1].moments.add(design.value(random), 0);
      }
      moments.metrics[0].exposed = cells;
      moments.units = {{cells[0][0].moments.n, cells[0][1].moments.n}};
      const Evidence evidence = analyse(entry, moments, {"1-test", HealthLimits{}});
      const Comparison& comparison = evidence.metrics.at(0).comparisons.at(0);
      crossed = crossed || comparison.verdict == Verdict::kBetter ||
                comparison.verdict == Verdict::kWorse;
      crossed_one_look = crossed_one_look || std::get<double>(comparison.p_welch_one_look) < kAlpha;
      if (comparison.guard) ++errors.guarded;
    }
    if (crossed) ++errors.always_valid;
    if (crossed_one_look) ++errors.one_look;
  }
  return errors;
}

}  // namespace

TEST_CASE("calibration: the limit is the exact binomial one") {
  // 400 runs at 5 %: 20 expected, standard deviation 4.36.
  const int limit = binomial_limit(kRuns, kAlpha, 1e-6);
  CHECK(limit > 20 + 4.5 * 4.36);
  CHECK(limit < 20 + 6 * 4.36);
}

TEST_CASE("calibration: peeking 20 times at A/A conversions stays within alpha, Welch does not") {
  const Errors errors = peek({MetricType::kConversion, converted, 1});
  const int limit = binomial_limit(kRuns, kAlpha, 1e-6);
  INFO("always-valid " << errors.always_valid << ", one look " << errors.one_look << ", guarded "
                       << errors.guarded);
  CHECK(errors.always_valid <= limit);
  CHECK(errors.one_look > limit);
  CHECK(errors.guarded < kRuns * kLooks / 10);
}

TEST_CASE(
    "calibration: peeking 20 times at A/A revenue with skew stays within alpha, Welch does not") {
  const Errors errors = peek({MetricType::kSum, skewed_revenue, 1});
  const int limit = binomial_limit(kRuns, kAlpha, 1e-6);
  INFO("always-valid " << errors.always_valid << ", one look " << errors.one_look << ", guarded "
                       << errors.guarded);
  CHECK(errors.always_valid <= limit);
  CHECK(errors.one_look > limit);
}

TEST_CASE("calibration: a control of a fifth with skewed revenue is kept back rather than wrong") {
  const Errors errors = peek({MetricType::kSum, skewed_revenue, 4});
  INFO("always-valid " << errors.always_valid << ", guarded " << errors.guarded);
  CHECK(errors.always_valid <= binomial_limit(kRuns, kAlpha, 1e-6));
  CHECK(errors.guarded > kRuns * kLooks / 2);
}
