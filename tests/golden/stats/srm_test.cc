#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "stats/quality/srm_chi_square.h"
#include "stats/sequential/multinomial_srm.h"
#include "vector_file.h"

namespace converge::stats {

TEST_CASE("Chi-square agrees with scipy on every case of srm.json") {
  const int cases =
      for_each_case("srm.json", "srm_chi_square", [](const nlohmann::json& test_case) {
        const auto counts = test_case.at("inputs").at("counts").get<std::vector<std::int64_t>>();
        const auto weights = test_case.at("inputs").at("weights").get<std::vector<double>>();
        const auto result = srm_chi_square({.counts = counts, .weights = weights});
        REQUIRE(result);
        check_close(test_case, "chi2", result->chi_square, test_case.at("expected").at("chi2"));
        check_close(test_case, "p_value", result->p, test_case.at("expected").at("p_value"));
        CHECK(result->dof == test_case.at("expected").at("df").get<int>());
      });
  CHECK(cases == 9);
  // The exact cases are checked by tests/golden/calc/quality_test.cc.
  const auto nothing = [](const nlohmann::json&) {};
  CHECK(for_each_case("srm.json", "srm_exact_binomial", nothing) + cases ==
        count_cases("srm.json"));
}

TEST_CASE("The sequential test agrees with ssrm on every batch of sequential_srm.json") {
  int batches = 0;
  const int cases = for_each_case(
      "sequential_srm.json", "sequential_srm_multinomial_dirichlet",
      [&](const nlohmann::json& test_case) {
        const nlohmann::json& in = test_case.at("inputs");
        const nlohmann::json& expected = test_case.at("expected");
        const auto weights = in.at("null").get<std::vector<double>>();
        std::vector<std::int64_t> counts(weights.size());
        double smallest_p = 1;
        for (std::size_t batch = 0; batch < in.at("counts_per_batch").size(); ++batch) {
          for (std::size_t arm = 0; arm < counts.size(); ++arm) {
            counts[arm] += in.at("counts_per_batch").at(batch).at(arm).get<std::int64_t>();
          }
          const auto result = multinomial_srm({.counts = counts,
                                               .weights = weights,
                                               .concentration = in.at("dirichlet_concentration")});
          REQUIRE(result);
          smallest_p = std::min(smallest_p, std::exp(-result->log_e));
          check_close(test_case, "log_bayes_factor", result->log_e,
                      expected.at("log_bayes_factor").at(batch));
          check_close(test_case, "p_value", smallest_p, expected.at("p_value").at(batch));
          check_close(test_case, "posterior_probability", 1 / (1 + std::exp(-result->log_e)),
                      expected.at("posterior_probability").at(batch));
          ++batches;
        }
      });
  CHECK(cases == 9);
  CHECK(cases == count_cases("sequential_srm.json"));
  CHECK(batches == 89);
}

}  // namespace converge::stats
