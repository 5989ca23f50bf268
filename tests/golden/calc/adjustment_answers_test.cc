// Methods without reference vectors: names, fields and one figure of each. The figures themselves
// are checked by tests/unit/stats.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "one_answer.h"

#include "engine/calc/calc.h"

namespace converge::calc {
namespace {

using nlohmann::json;

json two_arms(int n) {
  const json covariance = {{5, 2}, {2, 2}};
  return {{{"n", n}, {"mean", {2, 1}}, {"covariance", covariance}},
          {{"n", n}, {"mean", {3, 1.6}}, {"covariance", covariance}}};
}

bool near(const json& got, double wanted) {
  return std::abs(got.get<double>() - wanted) <= 1e-9 * std::abs(wanted);
}

}  // namespace

TEST_CASE("calc: adjustment") {
  const json adjusted = outputs_of("cuped", {{"arms", two_arms(11)}, {"alpha", 0.05}});
  CHECK(near(adjusted.at("comparisons")[0].at("estimate"), 0.4));
  CHECK(near(adjusted.at("comparisons")[0].at("df"), 18));
  CHECK(adjusted.at("left_out").empty());
  const json large = outputs_of("cuped", {{"arms", two_arms(900)}, {"alpha", 0.05}});
  CHECK(near(large.at("theta")[1][0], 1));
  const json ratio = outputs_of(
      "cuped", {{"arms", two_arms(50)}, {"alpha", 0.05}, {"columns", {json::array({0, 1})}}});
  CHECK(near(ratio.at("means")[1], 3 / 1.6));
  CHECK(error_of("cuped", {{"arms", two_arms(1)}, {"alpha", 0.05}}) == "insufficient_data");
  CHECK(error_of("cuped", {{"arms", two_arms(9)}, {"alpha", 0.05}, {"coefficients", "x"}}) ==
        "invalid_argument");
  CHECK(outputs_of("covariate_balance", {{"arms", two_arms(11)}}).at("gaps").size() == 1);
  const json limits =
      outputs_of("winsor_limits", {{"values", {0, 0, 1, 2, 3, 90}}, {"upper_quantile", 0.75}});
  CHECK(limits.at("cap") == 3);
  CHECK(limits.at("floor").is_null());
}

TEST_CASE("calc: multiplicity") {
  CHECK(near(outputs_of("preferential_bonferroni",
                        {{"p", {0.03, 0.03}}, {"weights", {3, 1}}, {"alpha", 0.05}})
                 .at("adjusted_p")[0],
             0.04));
  CHECK(outputs_of("e_benjamini_hochberg", {{"log_e", {9, 0}}, {"alpha", 0.05}}).at("reject") ==
        json::array({true, false}));
  const json families = outputs_of(
      "family_verdicts",
      {{"alpha", 0.05},
       {"hypotheses",
        {{{"kind", "success"}, {"p", 0.01}, {"label", "orders"}, {"group", "b"}},
         {{"kind", "non_inferiority"}, {"p", 0.03}, {"label", "errors"}, {"group", "b"}}}}});
  CHECK(families.at("hypotheses")[0].at("reject") == true);
  CHECK(families.at("groups")[0].at("all_passed") == false);
  for (const char* adjustment : {"bonferroni", "holm", "fdr_bh"}) {
    const json intervals =
        outputs_of("simultaneous_intervals",
                   {{"estimates", {{{"estimate", 3}, {"se", 1}}, {{"estimate", 4}, {"se", 1}}}},
                    {"adjustment", adjustment},
                    {"alpha", 0.05}});
    CHECK(intervals.at("intervals")[0].at("excludes_zero") == true);
  }
  CHECK(error_of("multiple_testing", {{"p", {0.5}}, {"alpha", 1.5}}) == "invalid_argument");
}

TEST_CASE("calc: quality") {
  CHECK(outputs_of("crossover_share",
                   {{"crossed", 12}, {"units", 1000}, {"limit", 0.01}, {"alpha", 0.05}})
            .at("above") == true);
  for (const auto& [method, field] :
       {std::pair{"exclusion_balance", "excluded"}, std::pair{"merge_rate_balance", "linked"}}) {
    CHECK(
        near(outputs_of(method, {{field, {30, 50, 20}}, {"units", {1000, 1500, 1000}}}).at("chi2"),
             3.94607843137255));
  }
  CHECK(outputs_of("segment_srm", {{"counts", {{500, 500}, {500, 600}}}, {"weights", {1, 1}}})
            .at("segments")[0]
            .at("adjusted_p") == 1);
  const json phases = outputs_of("strata_srm", {{"strata",
                                                 {{{"counts", {900, 1000}}, {"weights", {1, 1}}},
                                                  {{"counts", {1, 70}}, {"weights", {0, 1}}}}},
                                                {"dirichlet_concentration", 1e4}});
  CHECK(phases.at("strata_refuted") == json::array({1}));
  CHECK(near(outputs_of("srm_exact_multinomial", {{"counts", {3, 9, 2}}, {"weights", {1, 1, 1}}})
                 .at("p_value"),
             0.080823647403945029));
}

TEST_CASE("calc: effects") {
  const json two = {{"effect", {-0.09347, 0.33637}}, {"variance", {0.01914, 0.02292}}};
  const json exact = outputs_of("random_effects", two);
  for (const char* method : {"DL", "PM", "REML"}) {
    CHECK(near(exact.at(method).at("tau2"), 0.0713512128));
  }
  CHECK(outputs_of("heterogeneity", two).at("segments").size() == 2);
  CHECK(near(
      outputs_of("shrink_to_prior",
                 {{"effect", 0.06}, {"variance", 0.0004}, {"prior_mean", 0.01}, {"prior_sd", 0.01}})
          .at("estimate"),
      0.02));
  CHECK(outputs_of("lift_prior", two).at("no_spread") == false);
  CHECK(near(outputs_of("winners_curse", {{"estimate", 2.3}, {"se", 1}, {"z_threshold", 1.96}})
                 .at("median_unbiased"),
             0.6638662984155889));
  CHECK(
      outputs_of("sum_of_winners", {{"estimate", {2.5, 1}}, {"se", {1, 1}}, {"z_threshold", 1.96}})
          .at("winners") == 1);
  CHECK(error_of("winners_curse", {{"estimate", 1}, {"se", 1}, {"z_threshold", 1.96}}) ==
        "insufficient_data");
}

}  // namespace converge::calc
