#include <catch2/catch.hpp>
#include <cmath>

#include "moments_fixture.h"

using namespace converge;
using namespace converge::analyse_fixture;

namespace {

Evidence conversions(std::int64_t control, std::int64_t control_n, std::int64_t treated,
                     std::int64_t treated_n) {
  Fixture fixture;
  fixture.add(conversion("conversion"), MetricRole::kSuccess,
              {{bernoulli(control, control_n), bernoulli(treated, treated_n)}});
  return fixture.look();
}

/// The half-width of Waudby-Smith et al., eq. 9, written out independently of stats/: planned
/// 10,000 units, alpha 0.05.
double half_width(double variance, double n, double rho_squared) {
  const double n_rho = n * rho_squared;
  return std::sqrt(variance * 2 * (n_rho + 1) / n_rho * std::log(std::sqrt(n_rho + 1) / 0.05));
}

}  // namespace

TEST_CASE("analyse: the band is the confidence sequence on the absolute difference") {
  const Comparison comparison = compared(conversions(200, 2000, 280, 2000), "conversion");
  const double variance = 0.1 * 0.9 / 1999 + 0.14 * 0.86 / 1999;
  // rho^2 N* = -W_{-1}(-alpha^2 / e) - 1 = 8.211968062, by Newton's method in Python.
  const double half = half_width(variance, 4000, 8.211968062e-4);
  CHECK(number(comparison.absolute.value) == Approx(0.04).epsilon(1e-12));
  CHECK(interval(comparison.absolute).lower == Approx(0.04 - half).epsilon(1e-9));
  CHECK(interval(comparison.absolute).upper == Approx(0.04 + half).epsilon(1e-9));
  CHECK(interval(comparison.absolute).level == Approx(0.95));
  CHECK(number(comparison.relative.value) == Approx(0.4).epsilon(1e-12));
  CHECK(comparison.method == "confidence_sequence");
  CHECK(comparison.valid_under_peeking);
}

TEST_CASE("analyse: proven effects are better or worse by the direction of the metric") {
  CHECK(compared(conversions(200, 2000, 300, 2000), "conversion").verdict == Verdict::kBetter);
  CHECK(compared(conversions(300, 2000, 200, 2000), "conversion").verdict == Verdict::kWorse);
  CHECK(compared(conversions(200, 2000, 205, 2000), "conversion").verdict ==
        Verdict::kNoDifferenceYet);
  MetricDefinition complaints = conversion("complaints");
  complaints.direction = Direction::kDecrease;
  Fixture fixture;
  fixture.add(complaints, MetricRole::kSuccess, {{bernoulli(300, 2000), bernoulli(200, 2000)}});
  CHECK(compared(fixture.look(), "complaints").verdict == Verdict::kBetter);
}

TEST_CASE("analyse: arms of unlike mix in two strata do not reverse the effect (Simpson)") {
  // Within each stratum the variant converts better; the totals say the opposite.
  Fixture fixture;
  fixture.stratum(2, {0.9, 0.1});
  fixture.add(
      conversion("conversion"), MetricRole::kSuccess,
      {{bernoulli(40, 400), bernoulli(600, 4000)}, {bernoulli(2000, 4000), bernoulli(240, 400)}});
  const Evidence evidence = fixture.look();
  const auto& arms = matured(evidence, "conversion").arms;
  REQUIRE(number(arms[0].mean) > number(arms[1].mean));
  const Comparison& comparison = compared(evidence, "conversion");
  // Equal weights n_a n_b / (n_a + n_b) in both strata: (0.05 + 0.10) / 2.
  CHECK(number(comparison.absolute.value) == Approx(0.075).epsilon(1e-12));
  CHECK(number(comparison.relative.value) == Approx(0.075 / 0.3).epsilon(1e-12));
  CHECK(comparison.verdict == Verdict::kBetter);
}

TEST_CASE(
    "analyse: a stratum with one arm carries no comparison, its units are in the arm figures") {
  Fixture fixture;
  fixture.add(conversion("conversion"), MetricRole::kSuccess,
              {{bernoulli(200, 2000), bernoulli(280, 2000)}});
  const Comparison alone = compared(fixture.look(), "conversion");
  fixture.stratum(2, {0, 1});
  fixture.moments.metrics[0].matured.push_back({cell({}), bernoulli(900, 900)});
  const Evidence evidence = fixture.look();
  CHECK(matured(evidence, "conversion").arms[1].n == 2900);
  CHECK(compared(evidence, "conversion") == alone);
}

TEST_CASE(
    "analyse: one look p is Welch in one stratum, the normal test of the combination in several") {
  Fixture fixture;
  fixture.add(revenue("revenue"), MetricRole::kSuccess,
              {{cell({100, 200, 300, 400, 500}), cell({300, 500, 400, 600, 900})}});
  // By Simpson's rule over Student's density with Satterthwaite's 7.0868 degrees of freedom.
  CHECK(number(compared(fixture.look(), "revenue").p_welch_one_look) ==
        Approx(0.0956017348).epsilon(1e-8));
  fixture.stratum(2, {0.5, 0.5});
  fixture.moments.metrics[0].matured.push_back(fixture.moments.metrics[0].matured[0]);
  // The same stratum twice: the same difference 2.4 with half its variance 1.53 / 2.
  const double z = 2.4 / std::sqrt((0.5 + 5.3 / 5) / 2);
  CHECK(number(compared(fixture.look(), "revenue").p_welch_one_look) ==
        Approx(std::erfc(z / std::sqrt(2))).epsilon(1e-12));
}

TEST_CASE(
    "analyse: the posterior is for conversions of one stratum, its direction that of the metric") {
  const auto posterior = [](const Evidence& evidence, const char* key) {
    return compared(evidence, key).posterior;
  };
  Fixture fixture;
  MetricDefinition complaints = conversion("complaints");
  complaints.direction = Direction::kDecrease;
  const Cells cells = {{bernoulli(100, 1000), bernoulli(130, 1000)}};
  fixture.add(conversion("conversion"), MetricRole::kSuccess, cells);
  fixture.add(complaints, MetricRole::kSuccess, cells);
  fixture.add(revenue("revenue"), MetricRole::kSuccess, cells);
  const Evidence evidence = fixture.look();
  const auto up = std::get<Posterior>(posterior(evidence, "conversion"));
  const auto down = std::get<Posterior>(posterior(evidence, "complaints"));
  CHECK(up.chance_to_beat_control == Approx(0.982164971).epsilon(1e-6));
  CHECK(up.chance_to_beat_control + down.chance_to_beat_control == Approx(1));
  CHECK(up.expected_loss < 0.001);
  CHECK(down.expected_loss - up.expected_loss == Approx(131.0 / 1002 - 101.0 / 1002).epsilon(1e-6));
  CHECK(std::get<Undefined>(posterior(evidence, "revenue")) == Undefined::kNotForThisMetric);

  fixture.stratum(2, {0.5, 0.5});
  for (MetricMoments& metric : fixture.moments.metrics) metric.matured.push_back(cells[0]);
  CHECK(std::get<Undefined>(posterior(fixture.look(), "conversion")) == Undefined::kSeveralStrata);
}

TEST_CASE("analyse: the guard keeps the verdict back and still shows the interval") {
  SECTION("fewer than 30 units") {
    const Comparison comparison = compared(conversions(2, 25, 24, 25), "conversion");
    CHECK(comparison.verdict == Verdict::kNotEnoughData);
    REQUIRE(comparison.guard);
    CHECK(comparison.guard->find("25 units") != std::string::npos);
    CHECK(std::holds_alternative<IntervalFigure>(comparison.absolute.interval));
    CHECK(reason(comparison.p_adjusted) == Undefined::kNotEnoughData);
  }
  SECTION("fewer than two events") {
    const Comparison comparison = compared(conversions(1, 1000, 60, 1000), "conversion");
    CHECK(comparison.verdict == Verdict::kNotEnoughData);
    CHECK(comparison.guard->find("1 units with an event") != std::string::npos);
    const Comparison two = compared(conversions(2, 1000, 60, 1000), "conversion");
    CHECK((!two.guard || two.guard->find("event") == std::string::npos));
  }
  SECTION("small arm with skewed values") {
    const Comparison comparison = compared(conversions(20, 1000, 400, 20000), "conversion");
    CHECK(comparison.verdict == Verdict::kNotEnoughData);
    CHECK(comparison.guard->find("skew") != std::string::npos);
  }
  SECTION("one large value is one event, however large") {
    Fixture fixture;
    ArmCell one = bernoulli(0, 999);
    one.moments.add(1'000'000, 0);
    fixture.add(revenue("revenue"), MetricRole::kSuccess, {{one, one}});
    CHECK(compared(fixture.look(), "revenue").guard->find("1 units with an event") !=
          std::string::npos);
  }
}

TEST_CASE("analyse: every reason why there is no comparison is named") {
  const Comparison nobody = compared(conversions(0, 0, 5, 10), "conversion");
  CHECK(reason(nobody.absolute.value) == Undefined::kNoUnits);
  CHECK(no_interval(nobody.absolute) == Undefined::kNoUnits);
  CHECK(reason(nobody.p) == Undefined::kNoUnits);
  CHECK(reason(nobody.p_welch_one_look) == Undefined::kNoUnits);
  CHECK(std::get<Undefined>(nobody.posterior) == Undefined::kNoUnits);
  CHECK(nobody.verdict == Verdict::kNotEnoughData);

  const Comparison one = compared(conversions(1, 1, 5, 10), "conversion");
  CHECK(no_interval(one.absolute) == Undefined::kOneUnit);

  const Comparison flat = compared(conversions(0, 100, 0, 100), "conversion");
  CHECK(number(flat.absolute.value) == 0);
  CHECK(no_interval(flat.absolute) == Undefined::kZeroVariance);
  CHECK(reason(flat.p) == Undefined::kZeroVariance);
  CHECK(flat.verdict == Verdict::kNotEnoughData);

  const Comparison from_zero = compared(conversions(0, 100, 50, 100), "conversion");
  CHECK(reason(from_zero.relative.value) == Undefined::kControlMeanZero);
  CHECK(std::holds_alternative<IntervalFigure>(from_zero.absolute.interval));

  const Comparison unbounded = compared(conversions(3, 100, 50, 100), "conversion");
  CHECK(no_interval(unbounded.relative) == Undefined::kUnbounded);
  CHECK(number(unbounded.relative.value) == Approx(50.0 / 3 - 1));
}

TEST_CASE("analyse: Holm runs over success metrics and variants, and over nothing else") {
  Fixture fixture({"control", "a", "b"});
  const ArmCell control = bernoulli(200, 2000);
  fixture.add(conversion("first"), MetricRole::kSuccess,
              {{control, bernoulli(275, 2000), bernoulli(210, 2000)}});
  fixture.add(conversion("second"), MetricRole::kSuccess,
              {{control, bernoulli(285, 2000), bernoulli(200, 2000)}});
  fixture.add(conversion("third"), MetricRole::kQuality,
              {{control, bernoulli(310, 2000), bernoulli(310, 2000)}});
  fixture.add(conversion("late"), MetricRole::kSuccess,
              {{control, bernoulli(310, 2000), bernoulli(310, 2000)}});
  fixture.entry.post_hoc.back() = true;
  const Evidence evidence = fixture.look();
  const Comparison& smallest = compared(evidence, "second", 0);
  const Comparison& next = compared(evidence, "first", 0);
  REQUIRE(number(smallest.p) < number(next.p));
  CHECK(number(smallest.p_adjusted) == Approx(4 * number(smallest.p)));
  CHECK(number(next.p_adjusted) == Approx(3 * number(next.p)));
  CHECK(number(compared(evidence, "first", 1).p_adjusted) == 1);
  CHECK(reason(compared(evidence, "third").p_adjusted) == Undefined::kNotForThisMetric);
  CHECK(reason(compared(evidence, "late").p_adjusted) == Undefined::kNotForThisMetric);
  for (const MetricEvidence& metric : evidence.metrics) {
    if (metric.population == Population::kExposedSoFar) {
      CHECK(reason(metric.comparisons[0].p_adjusted) == Undefined::kNotForThisMetric);
    }
  }
}

TEST_CASE("analyse: max_sample tunes the sequence to be tightest there") {
  const auto width = [](std::optional<std::int64_t> planned) {
    Fixture fixture;
    fixture.entry.definition.analysis.max_sample = planned;
    fixture.add(conversion("conversion"), MetricRole::kSuccess,
                {{bernoulli(100, 1000), bernoulli(100, 1000)}});
    const IntervalFigure band = interval(compared(fixture.look(), "conversion").absolute);
    return band.upper - band.lower;
  };
  CHECK(width(2000) < width(std::nullopt));
  CHECK(width(2000) < width(100));
  CHECK(width(10'000) == width(std::nullopt));
}
