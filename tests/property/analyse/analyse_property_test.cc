#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>

#include "engine/analyse/analyse.h"

/// Random experiments with one metric: what must hold for every set of moments.
namespace {

using namespace converge;

struct Arms {
  std::vector<std::vector<std::int64_t>> control;  ///< [stratum] values
  std::vector<std::vector<std::int64_t>> treated;
};

/// One or two strata, 2 to 80 units in each arm, values with many zeros; sometimes of both signs.
Arms random_arms(bool signed_values) {
  const auto values = [signed_values] {
    const int n = *rc::gen::inRange(2, 80);
    const int shift = *rc::gen::inRange(0, 30);
    std::vector<std::int64_t> drawn;
    for (int i = 0; i < n; ++i) {
      const int low = signed_values ? -40 : 0;
      drawn.push_back(*rc::gen::inRange(0, 3) == 0 ? 0 : *rc::gen::inRange(low, 100) + shift);
    }
    return drawn;
  };
  Arms arms;
  const int strata = *rc::gen::inRange(1, 3);
  for (int i = 0; i < strata; ++i) {
    arms.control.push_back(values());
    arms.treated.push_back(values());
  }
  return arms;
}

struct Setting {
  Direction direction = Direction::kIncrease;
  MetricRole role = MetricRole::kSuccess;
  std::int64_t factor = 1;  ///< every value is multiplied by it
  int scale_exponent = 0;
};

ArmCell cell_of(const std::vector<std::int64_t>& values, std::int64_t factor) {
  ArmCell cell;
  for (const std::int64_t value : values) cell.moments.add(value * factor, 0);
  return cell;
}

MetricEvidence evidence_of(const Arms& arms, const Setting& setting) {
  MetricDefinition metric;
  metric.key = MetricKey("value");
  metric.type = MetricType::kSum;
  metric.direction = setting.direction;
  metric.numerator.aggregation = Aggregation::kSum;
  metric.numerator.scale_exponent = setting.scale_exponent;
  metric.window = kDay;
  ExperimentEntry entry;
  entry.definition.variants.resize(2);
  entry.definition.metrics = {
      {metric.key, setting.role, Margin{0.05, DifferenceScale::kRelative}, std::nullopt}};
  entry.metrics = {metric};
  ExperimentMoments moments;
  moments.plan.variants = {VariantKey("control"), VariantKey("treated")};
  moments.plan.metrics = {metric};
  MetricMoments values;
  for (std::size_t i = 0; i < arms.control.size(); ++i) {
    Stratum stratum;
    stratum.expected_shares = {0.5, 0.5};
    moments.strata.push_back(stratum);
    moments.units.push_back({static_cast<std::int64_t>(arms.control[i].size()),
                             static_cast<std::int64_t>(arms.treated[i].size())});
    values.matured.push_back(
        {cell_of(arms.control[i], setting.factor), cell_of(arms.treated[i], setting.factor)});
  }
  values.exposed = values.matured;
  moments.metrics = {values};
  return analyse(entry, moments, {"1-test", HealthLimits{}}).metrics.at(0);
}

const Comparison& compared(const MetricEvidence& evidence) {
  return evidence.comparisons.at(0);
}
const IntervalFigure* band(const Estimate& estimate) {
  return std::get_if<IntervalFigure>(&estimate.interval);
}
bool excludes_zero(const IntervalFigure& interval) {
  return interval.lower > 0 || interval.upper < 0;
}
bool close(double a, double b) {
  return std::abs(a - b) <= 1e-9 * (1 + std::abs(a) + std::abs(b));
}

}  // namespace

TEST_CASE("analyse: swapping the arms mirrors the absolute effect and keeps p") {
  CHECK(rc::check([] {
    const Arms arms = random_arms(true);
    const MetricEvidence here = evidence_of(arms, {});
    const MetricEvidence there = evidence_of({arms.treated, arms.control}, {});
    const auto* a = band(compared(here).absolute);
    const auto* b = band(compared(there).absolute);
    RC_ASSERT((a == nullptr) == (b == nullptr));
    if (a == nullptr) return;
    RC_ASSERT(close(a->lower, -b->upper));
    RC_ASSERT(close(a->upper, -b->lower));
    RC_ASSERT(close(std::get<double>(compared(here).p), std::get<double>(compared(there).p)));
    RC_ASSERT(compared(here).guard.has_value() == compared(there).guard.has_value());
  }));
}

TEST_CASE("analyse: the unit of the values scales the effect and leaves p, lift and verdict") {
  CHECK(rc::check([] {
    const Arms arms = random_arms(true);
    Setting scaled;
    scaled.factor = *rc::gen::element<std::int64_t>(3, 10, 1000);
    scaled.scale_exponent = *rc::gen::element(0, -2, -6);
    const double unit = static_cast<double>(scaled.factor) * std::pow(10.0, scaled.scale_exponent);
    const Comparison plain = compared(evidence_of(arms, {}));
    const Comparison other = compared(evidence_of(arms, scaled));
    RC_ASSERT(plain.verdict == other.verdict);
    const auto* a = band(plain.absolute);
    const auto* b = band(other.absolute);
    RC_ASSERT((a == nullptr) == (b == nullptr));
    if (a == nullptr) return;
    RC_ASSERT(close(a->lower * unit, b->lower));
    RC_ASSERT(close(a->upper * unit, b->upper));
    RC_ASSERT(close(std::get<double>(plain.p), std::get<double>(other.p)));
    const auto* lift = std::get_if<double>(&plain.relative.value);
    if (lift != nullptr) RC_ASSERT(close(*lift, std::get<double>(other.relative.value)));
  }));
}

TEST_CASE(
    "analyse: the verdict is better exactly when the interval excludes zero in the good "
    "direction") {
  CHECK(rc::check([] {
    Setting setting;
    setting.direction = *rc::gen::element(Direction::kIncrease, Direction::kDecrease);
    const Comparison comparison = compared(evidence_of(random_arms(true), setting));
    const auto* interval = band(comparison.absolute);
    if (interval == nullptr || comparison.guard) {
      RC_ASSERT(comparison.verdict == Verdict::kNotEnoughData);
      return;
    }
    const bool up = setting.direction == Direction::kIncrease;
    const bool better = up ? interval->lower > 0 : interval->upper < 0;
    const bool worse = up ? interval->upper < 0 : interval->lower > 0;
    RC_ASSERT((comparison.verdict == Verdict::kBetter) == better);
    RC_ASSERT((comparison.verdict == Verdict::kWorse) == worse);
    RC_ASSERT(excludes_zero(*interval) == (std::get<double>(comparison.p) < 0.05));
    RC_CLASSIFY(better || worse);
  }));
}

TEST_CASE("analyse: the relative interval excludes zero exactly when the absolute one does") {
  CHECK(rc::check([] {
    const Comparison comparison = compared(evidence_of(random_arms(true), {}));
    const auto* absolute = band(comparison.absolute);
    const auto* relative = band(comparison.relative);
    if (absolute == nullptr || relative == nullptr) return;
    RC_ASSERT(excludes_zero(*absolute) == excludes_zero(*relative));
    RC_ASSERT(relative->lower <= std::get<double>(comparison.relative.value));
    RC_ASSERT(relative->upper >= std::get<double>(comparison.relative.value));
  }));
}

TEST_CASE("analyse: doing every stratum alone and combining the effects is what strata mean") {
  CHECK(rc::check([] {
    const Arms arms = random_arms(true);
    double weights = 0;
    double total = 0;
    for (std::size_t i = 0; i < arms.control.size(); ++i) {
      const Comparison alone = compared(evidence_of({{arms.control[i]}, {arms.treated[i]}}, {}));
      const auto n_a = static_cast<double>(arms.control[i].size());
      const auto n_b = static_cast<double>(arms.treated[i].size());
      weights += n_a * n_b / (n_a + n_b);
      total += n_a * n_b / (n_a + n_b) * std::get<double>(alone.absolute.value);
    }
    const Comparison together = compared(evidence_of(arms, {}));
    RC_ASSERT(close(std::get<double>(together.absolute.value), total / weights));
  }));
}

TEST_CASE("analyse: what is good up is bad down, and harm mirrors with it") {
  CHECK(rc::check([] {
    // Values of one sign: mirrored means mirrored about zero.
    const Arms arms = random_arms(false);
    Setting up;
    up.role = MetricRole::kGuardrail;
    Setting down = up;
    down.direction = Direction::kDecrease;
    down.factor = -1;
    const Comparison a = compared(evidence_of(arms, up));
    const Comparison b = compared(evidence_of(arms, down));
    RC_ASSERT(a.breach == b.breach);
    RC_ASSERT(a.non_inferiority == b.non_inferiority);
    RC_ASSERT(a.bound_breach.has_value() == b.bound_breach.has_value());
    if (!a.bound_breach) return;
    RC_ASSERT(close(*a.bound_breach, *b.bound_breach));
    RC_ASSERT(close(*a.bound_non_inferiority, *b.bound_non_inferiority));
    RC_ASSERT(*a.bound_non_inferiority <= *a.bound_breach);
    RC_ASSERT(
        !(a.breach == HarmVerdict::kBreach && a.non_inferiority == HarmVerdict::kNonInferior));
  }));
}
