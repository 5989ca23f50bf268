#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stats/bayes/beta_binomial.h"
#include "vector_file.h"

namespace converge::stats {

// The other methods of the file are checked through calc (golden/calc/bayes_test.cc).
TEST_CASE("Beta-Binomial agrees with QUADPACK on every two-arm case of bayes_exact.json") {
  const int cases =
      for_each_case("bayes_exact.json", "beta_binomial_ab", [](const nlohmann::json& test_case) {
        const nlohmann::json& in = test_case.at("inputs");
        const nlohmann::json& expected = test_case.at("expected");
        const auto result = beta_binomial_comparison(
            {.a = {.successes = in.at("x_a"), .trials = in.at("n_a")},
             .b = {.successes = in.at("x_b"), .trials = in.at("n_b")},
             .prior = {.alpha = in.at("prior_alpha"), .beta = in.at("prior_beta")},
             .level = 0.95});
        REQUIRE(result);
        check_close(test_case, "prob_b_beats_a", result->probability_b_beats_a,
                    expected.at("prob_b_beats_a"));
        check_close(test_case, "expected_loss_choose_a", result->expected_loss_choose_a,
                    expected.at("expected_loss_choose_a"));
        check_close(test_case, "expected_loss_choose_b", result->expected_loss_choose_b,
                    expected.at("expected_loss_choose_b"));
        check_close(test_case, "ci95_a", result->credible_a.lower, expected.at("ci95_a").at(0));
        check_close(test_case, "ci95_a", result->credible_a.upper, expected.at("ci95_a").at(1));
        check_close(test_case, "ci95_b", result->credible_b.lower, expected.at("ci95_b").at(0));
        check_close(test_case, "ci95_b", result->credible_b.upper, expected.at("ci95_b").at(1));
      });
  CHECK(cases == 10);
  CHECK(count_cases("bayes_exact.json") == 10 + 26);
}

}  // namespace converge::stats
