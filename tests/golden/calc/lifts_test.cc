#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/calc/calc.h"
#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {

TEST_CASE("fieller.json: every case") {
  check_vectors("fieller.json", 10);
}

TEST_CASE("gb_welch_relative_absolute.json: every case that GrowthBook analyses") {
  check_vectors("gb_welch_relative_absolute.json", 72, is_refused_by_peer, 9);
}

TEST_CASE("gb_welch_relative_absolute.json: what GrowthBook refuses has an answer or a name") {
  // Without an answer: one unit in an arm (2 cases), and the lift to a proportion of exactly 0,
  // which the delta method gives no standard error.
  CHECK(answers_where_peer_refuses("gb_welch_relative_absolute.json") == 6);
}

TEST_CASE("gb_ratio_delta.json: every case") {
  check_vectors("gb_ratio_delta.json", 20);
}

TEST_CASE("tea_tasting_mean_ratio_cuped.json: means and ratios without covariates") {
  check_vectors("tea_tasting_mean_ratio_cuped.json", 40,
                is_not_a_method_of({"log_ratio_lift_mean", "log_ratio_lift_ratio"}), 20);
}

TEST_CASE("ratio_cluster_robust.json: every case") {
  check_vectors("ratio_cluster_robust.json", 8);
}

// degenerate.json records what a peer does; these are our answers to its inputs.
TEST_CASE("degenerate.json: an empty arm is an error that names the arm") {
  const nlohmann::json answer = answer_of(
      "degenerate_mean", {{"case", "empty"}, {"a", nlohmann::json::array()}, {"b", {6, 7}}});
  CHECK(answer.at("error").at("code") == "insufficient_data");
  CHECK(answer.at("error").at("message") == "a: n: 0 units, the variance needs at least 2");
}

TEST_CASE("degenerate.json: a better treatment of a negative control is a positive lift") {
  const nlohmann::json answer = answer_of("degenerate_mean", {{"case", "negative_control"},
                                                              {"a", {-5.0, -6.0, -4.0, -5.5}},
                                                              {"b", {-4.0, -3.0, -5.0, -4.5}}});
  REQUIRE(answer.contains("outputs"));
  const nlohmann::json& outputs = answer.at("outputs");
  CHECK(outputs.at("diff").get<double>() == 1.0);
  CHECK(outputs.at("relative_lift").get<double>() == Approx(1 / 5.125).epsilon(1e-14));
  CHECK(outputs.at("relative_lift_ci").at(0).get<double>() < 0);
  CHECK(outputs.at("ci").at(0).get<double>() < 0);
  CHECK(outputs.at("relative_lift_ci").at(1).get<double>() > 1 / 5.125);
}

TEST_CASE("degenerate.json: a control mean of 0 leaves the absolute answer and says why") {
  const nlohmann::json answer = answer_of(
      "degenerate_mean",
      {{"case", "control_mean_zero"}, {"a", {-1.0, 1.0, -2.0, 2.0}}, {"b", {1.0, 2.0, 3.0, 2.0}}});
  REQUIRE(answer.contains("outputs"));
  const nlohmann::json& outputs = answer.at("outputs");
  CHECK(outputs.at("diff").get<double>() == 2.0);
  CHECK(outputs.at("relative_lift").is_null());
  CHECK(outputs.at("relative_lift_ci").is_null());
  CHECK(outputs.at("relative_lift_undefined") == "mean_a: 0, a relative lift is undefined");
}

TEST_CASE("A ratio's lift gives one verdict with its difference") {
  const nlohmann::json answer =
      answer_of("ratio_relative_lift",
                {{"clusters_a_num_den", {{1, 3}, {2, 5}, {0, 2}, {3, 7}, {1, 2}, {2, 6}}},
                 {"clusters_b_num_den", {{2, 3}, {3, 5}, {2, 2}, {5, 7}, {1, 2}, {4, 6}}}});
  REQUIRE(answer.contains("outputs"));
  const nlohmann::json& outputs = answer.at("outputs");
  CHECK(outputs.at("ratio_a").get<double>() == Approx(9.0 / 25).epsilon(1e-14));
  CHECK(outputs.at("relative_lift").get<double>() == Approx(17.0 / 9 - 1).epsilon(1e-14));
  CHECK(outputs.at("p_two_sided").get<double>() < 0.05);
  CHECK(outputs.at("relative_lift_ci").at(0).get<double>() > 0);
  // sd of the denominators over their mean and the root of 6.
  CHECK(outputs.at("denominator_cv_a").get<double>() ==
        Approx(std::sqrt(137.0 / 6 / 5 / 6) / (25.0 / 6)).epsilon(1e-12));
}

}  // namespace converge::calc
