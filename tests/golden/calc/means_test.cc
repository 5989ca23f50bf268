#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/calc/calc.h"
#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {

TEST_CASE("welch_t.json: every case") {
  check_vectors("welch_t.json", 28);
}

TEST_CASE("student_tost.json: every case") {
  check_vectors("student_tost.json", 20);
}

TEST_CASE("omnibus_and_rank.json: Welch's test of k groups") {
  check_vectors("omnibus_and_rank.json", 18, is_not_a_method_of({"welch_anova_k_groups"}), 13);
}

TEST_CASE("moments.json: every case") {
  check_vectors("moments.json", 15);
}

TEST_CASE("tail_probabilities.json: every case but the logarithm of 1 - 5e-198") {
  // The reference has 40 digits, in which that is ln 1 = 0. mpmath with 250 digits: -4.9067e-198.
  const auto is_rounded_away = [](const nlohmann::json& test_case) {
    return test_case.at("method") == "normal_sf_logsf" && test_case.at("inputs").at("z") == -30;
  };
  check_vectors("tail_probabilities.json", 19, is_rounded_away, 1);
  const auto outputs = outputs_of("normal_sf_logsf", R"({"z": -30})");
  CHECK(outputs.at("sf").get<double>() == 1);
  CHECK(outputs.at("log_sf").get<double>() == Approx(-4.906713927148187e-198).epsilon(1e-10));
}

TEST_CASE("skew_corrected_t asks for the third moments that statistics leave out") {
  nlohmann::json inputs = {{"mean_a", 1}, {"var_a", 2}, {"n_a", 100},
                           {"mean_b", 1}, {"var_b", 2}, {"n_b", 900}};
  const auto answer = [&] {
    return nlohmann::json::parse(
        answer_line(nlohmann::json{{"method", "skew_corrected_t"}, {"inputs", inputs}}.dump())
            .line);
  };
  CHECK(answer().at("error").at("message") == "inputs.third_central_moment_a: missing");
  inputs["third_central_moment_a"] = 4;
  inputs["third_central_moment_b"] = 4;
  REQUIRE(answer().contains("outputs"));
  CHECK(answer().at("outputs").at("skew_of_difference").get<double>() < 0);
}

}  // namespace converge::calc
