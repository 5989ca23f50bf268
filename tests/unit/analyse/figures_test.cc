#include <catch2/catch.hpp>
#include <cmath>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

TEST_CASE("analyse: an arm shows n, mean, sample sd and exact sums in the unit of the values") {
  Fixture fixture;
  fixture.add(revenue("revenue"), MetricRole::kSuccess, {{cell({1000, 2050, 0}), cell({300})}});
  const Evidence evidence = fixture.look();
  const ArmFigures& control = matured(evidence, "revenue").arms[0];
  CHECK(control.variant == VariantKey("control"));
  CHECK(control.n == 3);
  CHECK(number(control.mean) == Approx(30.5 / 3).epsilon(1e-15));
  CHECK(number(control.sd) == Approx(10.2510162097).epsilon(1e-10));
  CHECK(control.sum == "30.5");
  CHECK(control.sum_squares == "520.25");
  CHECK_FALSE(control.denominator_sum);
}

TEST_CASE("analyse: an arm adds up over strata, with what was left out beside") {
  Fixture fixture;
  fixture.stratum(2, {0.5, 0.5});
  MetricMoments& metric =
      fixture.add(revenue("revenue"), MetricRole::kSuccess,
                  {{cell({100, 200}), cell({100})}, {cell({300}), cell({100})}});
  metric.matured[0][0].overflow = 1;
  metric.matured[1][0].overflow = 2;
  metric.matured[1][0].no_value = 3;
  metric.matured[1][0].censored = 4;
  const Evidence evidence = fixture.look();
  const ArmFigures& control = matured(evidence, "revenue").arms[0];
  CHECK(control.n == 3);
  CHECK(number(control.mean) == 2);
  CHECK(number(control.sd) == 1);
  CHECK(control.overflow == 3);
  CHECK(control.no_value == 3);
  CHECK(control.censored == 4);
}

TEST_CASE("analyse: a ratio's mean is the ratio of sums and its sd that of the delta method") {
  ArmCell arm;
  arm.moments.add(1000, 1);
  arm.moments.add(6000, 3);
  arm.moments.add(0, 0);
  Fixture fixture;
  fixture.add(ratio("aov"), MetricRole::kSuccess, {{arm, arm}});
  const Evidence evidence = fixture.look();
  const ArmFigures& figures = matured(evidence, "aov").arms[0];
  CHECK(number(figures.mean) == 17.5);
  // Residuals x - R y are -7.5, 7.5 and 0; the mean of y is 4/3.
  CHECK(number(figures.sd) == Approx(std::sqrt(112.5 / 2) / (4.0 / 3)).epsilon(1e-12));
  CHECK(figures.sum == "70");
  CHECK(figures.sum_squares == "3700");
  CHECK(figures.denominator_sum == "4");
  CHECK(figures.denominator_sum_squares == "10");
  CHECK(figures.sum_products == "190");
}

TEST_CASE("analyse: what cannot be computed of an arm is named") {
  ArmCell nothing_below;
  nothing_below.moments.add(100, 0);
  nothing_below.moments.add(200, 0);
  ArmCell one_ratio;
  one_ratio.moments.add(300, 2);
  Fixture fixture;
  fixture.add(revenue("revenue"), MetricRole::kSuccess, {{cell({}), cell({1234})}});
  fixture.add(ratio("aov"), MetricRole::kSuccess, {{nothing_below, one_ratio}});
  const Evidence evidence = fixture.look();
  const auto& revenue_arms = matured(evidence, "revenue").arms;
  CHECK(reason(revenue_arms[0].mean) == Undefined::kNoUnits);
  CHECK(reason(revenue_arms[0].sd) == Undefined::kNoUnits);
  CHECK(number(revenue_arms[1].mean) == 12.34);
  CHECK(reason(revenue_arms[1].sd) == Undefined::kOneUnit);
  const auto& ratio_arms = matured(evidence, "aov").arms;
  CHECK(reason(ratio_arms[0].mean) == Undefined::kZeroDenominator);
  CHECK(reason(ratio_arms[0].sd) == Undefined::kZeroDenominator);
  CHECK(number(ratio_arms[1].mean) == 1.5);
  CHECK(reason(ratio_arms[1].sd) == Undefined::kOneUnit);
}

TEST_CASE(
    "analyse: a metric without a window never matures, which is not the same as no units yet") {
  MetricDefinition forever = conversion("ever");
  forever.window.reset();
  Fixture fixture;
  MetricMoments& metric = fixture.add(forever, MetricRole::kQuality, {{cell({}), cell({})}});
  metric.exposed = {{bernoulli(10, 100), bernoulli(20, 100)}};
  const Evidence evidence = fixture.look();
  CHECK(reason(matured(evidence, "ever").arms[0].mean) == Undefined::kNoWindow);
  CHECK(reason(compared(evidence, "ever").absolute.value) == Undefined::kNoWindow);
  REQUIRE(evidence.metrics[1].population == Population::kExposedSoFar);
  CHECK(number(evidence.metrics[1].arms[1].mean) == 0.2);
}

TEST_CASE("analyse: the evidence carries look time, cursor, versions and the slowest watermark") {
  Fixture fixture;
  fixture.add(conversion("a"), MetricRole::kSuccess, {{bernoulli(1, 9), bernoulli(1, 9)}});
  fixture.add(conversion("b"), MetricRole::kSuccess, {{bernoulli(1, 9), bernoulli(1, 9)}})
      .watermark = look_at() - kDay;
  fixture.moments.cursor = LogSeq{77};
  const Evidence evidence = fixture.look();
  CHECK(evidence.look_time == look_at());
  CHECK(evidence.cursor == LogSeq{77});
  CHECK(evidence.definitions_version == "1-test");
  CHECK(evidence.watermark == look_at() - kDay);
  CHECK(evidence.method == "confidence_sequence");
  CHECK(evidence.alpha == 0.05);
  CHECK(evidence == fixture.look());
}
