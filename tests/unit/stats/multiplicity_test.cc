#include <catch2/catch.hpp>
#include <cmath>

#include "stats/multiplicity/families.h"
#include "stats/multiplicity/holm_sidak.h"
#include "stats/multiplicity/hommel.h"
#include "stats/multiplicity/single_step.h"
#include "stats/multiplicity/step_up.h"

namespace converge::stats {
namespace {

using Adjust = Result<std::vector<double>> (*)(std::span<const double>);

constexpr Adjust kAll[] = {
    bonferroni_adjusted,         sidak_adjusted,  holm_sidak_adjusted,
    hochberg_adjusted,           hommel_adjusted, benjamini_hochberg_adjusted,
    benjamini_yekutieli_adjusted};

LabelledP hypothesis(FamilyKind kind, const char* group, double p) {
  return {.kind = kind, .group = group, .label = "", .p = p};
}

}  // namespace

TEST_CASE("Corrections: nothing to adjust is fine, one p stays, what is no p is refused") {
  for (const Adjust adjust : kAll) {
    CHECK(adjust({})->empty());
    const std::vector<double> one{0.03};
    CHECK(adjust(one)->front() == Approx(0.03).epsilon(1e-15));
    for (const double bad : {-0.1, 1.1, double(NAN)}) {
      const std::vector<double> p{0.5, bad};
      CHECK(adjust(p).error().code == Errc::kInvalidArgument);
    }
  }
}

TEST_CASE("Corrections: p values keep their meaning down to 1e-300") {
  const std::vector<double> p{1e-300, 0.2, 0.5};
  for (const Adjust adjust : kAll) {
    const auto adjusted = adjust(p);
    REQUIRE(adjusted);
    CHECK((*adjusted)[0] >= 0.9999999e-300);
    CHECK((*adjusted)[0] < 1e-299);
  }
}

TEST_CASE("Hommel agrees with R 4.2.2 p.adjust") {
  const std::vector<double> p{0.01, 0.02, 0.03, 0.8};
  const double expected[] = {0.04, 0.045, 0.06, 0.8};
  const auto adjusted = hommel_adjusted(p);
  for (std::size_t i = 0; i < 4; ++i) CHECK((*adjusted)[i] == Approx(expected[i]).epsilon(1e-14));
}

TEST_CASE("Two stages: all or nothing ends after the first") {
  CHECK(*two_stage_rejections(std::vector<double>{0.001, 0.002}, 0.05) ==
        std::vector<bool>{true, true});
  CHECK(*two_stage_rejections(std::vector<double>{0.5, 0.6}, 0.05) ==
        std::vector<bool>{false, false});
  CHECK(two_stage_rejections({}, 0.05)->empty());
  CHECK(two_stage_rejections({}, 1).error().code == Errc::kInvalidArgument);
}

TEST_CASE("Preferences: p over its share of alpha, in any unit of the weights") {
  const std::vector<double> p{0.03, 0.03, 0.03};
  for (const double unit : {1e-300, 1.0, 1e300}) {
    const std::vector<double> weights{3 * unit, unit, 0};
    const auto adjusted = preferential_bonferroni_adjusted(p, weights);
    REQUIRE(adjusted);
    CHECK((*adjusted)[0] == Approx(0.04).epsilon(1e-14));
    CHECK((*adjusted)[1] == Approx(0.12).epsilon(1e-14));
    CHECK((*adjusted)[2] == 1);
  }
  for (const std::vector<double>& bad :
       {std::vector<double>{1, 1}, {1, 1, -1}, {0, 0, 0}, {1, 1, NAN}}) {
    CHECK(preferential_bonferroni_adjusted(p, bad).error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("Families: Holm for success, all must pass for non-inferiority, Bonferroni for harm") {
  const std::vector<LabelledP> hypotheses{hypothesis(FamilyKind::kSuccess, "b", 0.02),
                                          hypothesis(FamilyKind::kNonInferiority, "b", 0.02),
                                          hypothesis(FamilyKind::kDeterioration, "b", 0.02),
                                          hypothesis(FamilyKind::kSuccess, "c", 0.04),
                                          hypothesis(FamilyKind::kNonInferiority, "b", 0.024),
                                          hypothesis(FamilyKind::kDeterioration, "c", 0.004),
                                          hypothesis(FamilyKind::kNonInferiority, "c", 0.026),
                                          hypothesis(FamilyKind::kNonInferiority, "c", 0.001)};
  const auto verdicts = family_verdicts(hypotheses, {.success = 0.05, .deterioration = 0.01});
  REQUIRE(verdicts);
  const double adjusted[] = {0.04, 0.02, 0.04, 0.04, 0.024, 0.008, 0.026, 0.001};
  const double alpha[] = {0.05, 0.025, 0.01, 0.05, 0.025, 0.01, 0.025, 0.025};
  const bool rejected[] = {true, true, false, true, true, true, false, true};
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    CHECK(verdicts->hypotheses[i].p_adjusted == Approx(adjusted[i]).epsilon(1e-14));
    CHECK(verdicts->hypotheses[i].alpha == alpha[i]);
    CHECK(verdicts->hypotheses[i].rejected == rejected[i]);
  }
  REQUIRE(verdicts->groups.size() == 2);
  CHECK(verdicts->groups[0].group == "b");
  CHECK(verdicts->groups[0].all_passed);
  CHECK(verdicts->groups[0].p == 0.024);
  CHECK(verdicts->groups[1].group == "c");
  CHECK_FALSE(verdicts->groups[1].all_passed);
}

TEST_CASE("Families: what is undefined has a name") {
  CHECK(family_verdicts({}, {.success = 0.05, .deterioration = 0.05})->hypotheses.empty());
  CHECK(family_verdicts({}, {.success = 0, .deterioration = 0.05}).error().code ==
        Errc::kInvalidArgument);
  CHECK(family_verdicts({}, {.success = 0.05, .deterioration = 1}).error().code ==
        Errc::kInvalidArgument);
  for (const FamilyKind kind :
       {FamilyKind::kSuccess, FamilyKind::kNonInferiority, FamilyKind::kDeterioration}) {
    const std::vector<LabelledP> bad{hypothesis(kind, "b", 1.5)};
    CHECK(family_verdicts(bad, {.success = 0.05, .deterioration = 0.05}).error().code ==
          Errc::kInvalidArgument);
  }
}

}  // namespace converge::stats
