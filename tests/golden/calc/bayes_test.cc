#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/calc/calc.h"
#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {
namespace {

using nlohmann::json;

}  // namespace

TEST_CASE("bayes_exact.json: every case") {
  check_vectors("bayes_exact.json", 36);
}

TEST_CASE("gb_bayes_effect.json: every case, what GrowthBook refuses has a named answer here") {
  int refused = 0;
  check_vectors(
      "gb_bayes_effect.json", 108,
      [&](const json& test_case) {
        if (!is_refused_by_peer(test_case)) return false;
        // An arm of one unit, without conversions, or with nothing but conversions.
        const json answer = answer_of(test_case.at("method"), test_case.at("inputs"));
        INFO(test_case.at("id"));
        REQUIRE(answer.contains("error"));
        CHECK(answer.at("error").at("code") == "insufficient_data");
        ++refused;
        return true;
      },
      16);
  CHECK(refused == 16);
}

TEST_CASE("Bayes effects: the optional members have their say") {
  const json inputs = {{"estimate", 0.3}, {"standard_error", 0.15},
                       {"dof", 5},        {"prior", {{"mean", 0}, {"variance", 0.04}}},
                       {"alpha", 0.05},   {"rope", {{"lower", -0.1}, {"upper", 0.1}}}};
  const json student = outputs_of("bayes_effect_from_estimate", inputs);
  // mpmath 1.2.1, 25 digits: quad of the likelihood times the prior.
  CHECK(student.at("expected").get<double>() == Approx(0.174596366712076).epsilon(1e-11));
  CHECK(student.at("rope").at("verdict") == "undecided");
  json normal = inputs;
  normal["dof"] = nullptr;
  CHECK(outputs_of("bayes_effect_from_estimate", normal).at("expected").get<double>() ==
        Approx(0.192).epsilon(1e-12));
}

TEST_CASE("Best of k: the smallest is the mirror of the largest") {
  const json largest = outputs_of("prob_best_of_k_gamma", {{"shape", {3, 5}}, {"rate", {1, 2}}});
  const json smallest = outputs_of("prob_best_of_k_gamma",
                                   {{"shape", {3, 5}}, {"rate", {1, 2}}, {"best_is", "smallest"}});
  CHECK(largest.at("prob_best").at(0).get<double>() ==
        Approx(smallest.at("prob_best").at(1).get<double>()).epsilon(1e-12));
  CHECK(largest.at("expected_max").get<double>() + smallest.at("expected_min").get<double>() ==
        Approx(3 + 2.5).epsilon(1e-12));
}

TEST_CASE("Zero-inflated means and bandits: by JSON") {
  const json arm = {
      {"alpha", 51}, {"beta", 951}, {"value", {{"kind", "gamma"}, {"shape", 40}, {"rate", 2}}}};
  const json even = outputs_of("zero_inflated_ab", {{"a", arm}, {"b", arm}});
  CHECK(even.at("prob_b_beats_a").get<double>() == Approx(0.5).epsilon(1e-10));
  const json shares = outputs_of(
      "bandit_weights_normal",
      {{"mean", {0, 100}}, {"sd", {1, 1}}, {"rule", "top_two"}, {"best_is", "smallest"}});
  CHECK(shares.at("weights").at(0).get<double>() == Approx(0.5).epsilon(1e-12));
  CHECK(shares.at("weights").at(1).get<double>() == Approx(0.5).epsilon(1e-12));
}

}  // namespace converge::calc
