#include "engine/review/figures.h"

#include <catch2/catch.hpp>

using namespace converge;

TEST_CASE("review: a figure that does not exist is a word") {
  for (const Undefined reason :
       {Undefined::kNoUnits, Undefined::kOneUnit, Undefined::kZeroVariance,
        Undefined::kZeroDenominator, Undefined::kControlMeanZero, Undefined::kUnbounded,
        Undefined::kNotEnoughData, Undefined::kNotForThisMetric, Undefined::kNoWindow,
        Undefined::kSeveralStrata}) {
    const std::string words = words_of(reason);
    CHECK(words.size() > 5);
    CHECK(words.find_first_of("0123456789_") == std::string::npos);
    Comparison comparison;
    comparison.absolute = {reason, reason};
    comparison.relative = {reason, reason};
    comparison.p = reason;
    comparison.posterior = reason;
    CHECK(value_text(reason, MetricType::kConversion) == words);
    CHECK(lift_text(comparison, MetricType::kSum) == words);
    CHECK(p_text(comparison.p) == words);
    CHECK(chance_text(comparison) == words);
  }
}

TEST_CASE("review: evidence that nobody filled in claims nothing") {
  const Comparison comparison;
  CHECK(p_text(comparison.p) == "no units yet");
  CHECK(p_text(comparison.p_adjusted) == "not for this metric");
  CHECK(value_text(ArmFigures{}.mean, MetricType::kSum) == "no units yet");
}

TEST_CASE("review: numbers are written for people") {
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1000) == "1,000");
  CHECK(count_text(1234567) == "1,234,567");
  CHECK(value_text(0.1025, MetricType::kConversion) == "10.25 %");
  CHECK(value_text(12.3456, MetricType::kSum) == "12.35");
  CHECK(p_text(0.00005) == "< 0.0001");
  CHECK(p_text(0.0212) == "0.0212");
  Comparison sure;
  sure.posterior = Posterior{0.99996, 0, 1, 1};
  CHECK(chance_text(sure) == "> 99.9 %");
}

TEST_CASE("review: without a relative interval the absolute difference is shown, and called so") {
  Comparison comparison;
  comparison.absolute = {0.021, IntervalFigure{0.01, 0.032, 0.95}};
  comparison.relative = {0.5, Undefined::kUnbounded};
  CHECK(lift_text(comparison, MetricType::kConversion) ==
        "+2.10 points [+1.00 points, +3.20 points] absolute");
  comparison.relative = {0.021, IntervalFigure{0.01, 0.032, 0.95}};
  CHECK(lift_text(comparison, MetricType::kConversion) == "+2.10 % [+1.00 %, +3.20 %]");
  comparison.relative = {Undefined::kControlMeanZero, Undefined::kControlMeanZero};
  comparison.absolute = {0.0, Undefined::kZeroVariance};
  CHECK(lift_text(comparison, MetricType::kSum) == "+0 absolute, no interval: no variance");
}

TEST_CASE("review: what people wrote cannot break a table or inject markup") {
  CHECK(plain("a|b\nc <script>") == "a\\|b c &lt;script>");
}

TEST_CASE("review: the change since last week is that of the same metric and variant") {
  MetricEvidence metric;
  metric.id = MetricId("conversion@1");
  Comparison now;
  now.variant = VariantKey("new");
  now.relative.value = 0.05;
  CHECK(change_text(metric, now, std::nullopt) == "first look");
  StoredLook before;
  CHECK(change_text(metric, now, before) == "new series");
  Comparison then = now;
  then.relative.value = 0.02;
  metric.comparisons = {then};
  before.evidence.metrics = {metric};
  CHECK(change_text(metric, now, before) == "+3.00 points");
  now.relative.value = Undefined::kControlMeanZero;
  CHECK(change_text(metric, now, before) == "cannot be compared");
}
