#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/calc/calc.h"
#include "vector_file.h"

namespace converge::calc {
namespace {

using nlohmann::json;

/// What calculate() says to the case: its outputs, or the name of its error.
json answer_to(const json& test_case) {
  const json request = {{"method", test_case.at("method")}, {"inputs", test_case.at("inputs")}};
  return json::parse(answer_line(request.dump()).line);
}

}  // namespace

TEST_CASE("asymptotic_cs.json: every case, the boundary of the iterated logarithm too") {
  check_vectors("asymptotic_cs.json", 10);
}

TEST_CASE("msprt.json: every case") {
  check_vectors("msprt.json", 12);
}

// What GrowthBook refuses: an arm without variance, where a relative lift needs a mean too.
TEST_CASE("gb_sequential.json: every case, absolute and relative, both bounds") {
  check_vectors("gb_sequential.json", 139, is_refused_by_peer, 16);
}

TEST_CASE("gb_sequential.json: what GrowthBook refuses gets figures or a named error") {
  int refused = 0;
  check_vectors(
      "gb_sequential.json", 139,
      [&](const json& test_case) {
        if (!is_refused_by_peer(test_case)) return true;
        ++refused;
        const json answer = answer_to(test_case);
        INFO(test_case.at("id").get<std::string>() << " " << answer.dump());
        if (answer.contains("outputs")) {
          CHECK(answer.at("outputs").at("stddev").get<double>() > 0);
          CHECK(answer.at("outputs").at("p_value").get<double>() > 0);
        } else {
          CHECK(answer.at("error").at("code") == "insufficient_data");
        }
        return true;
      },
      139);
  CHECK(refused == 16);
}

TEST_CASE("sequential_srm.json: every case") {
  check_vectors("sequential_srm.json", 9);
}

TEST_CASE("safe_tests.json: every case") {
  check_vectors("safe_tests.json", 20);
}

TEST_CASE("betting_cs.json: every case") {
  check_vectors("betting_cs.json", 8);
}

// Values by hand or by the scripts that the unit tests name.
TEST_CASE("Sequential methods without a vector file answer behind JSON too") {
  struct Call {
    const char* request;
    const char* output;
    double value;
  };
  const Call calls[] = {
      {R"({"method":"bernoulli_e_process","inputs":{"margin":-0.05,"side":"greater","blocks":[
           {"n_a":30,"successes_a":3,"n_b":25,"successes_b":6},
           {"n_a":40,"successes_a":2,"n_b":50,"successes_b":9},
           {"n_a":5,"successes_a":1,"n_b":20,"successes_b":3}]}})",
       "log_e_max", 3.589561947575773},
      {R"({"method":"bounded_mean_e_process","inputs":{"cap":1,"side":"greater","blocks":[
           {"a":{"n":30,"sum":3,"sum_squares":3,"sum_cubes":3},
            "b":{"n":25,"sum":6,"sum_squares":6,"sum_cubes":6}},
           {"a":{"n":40,"sum":2,"sum_squares":2,"sum_cubes":2},
            "b":{"n":50,"sum":9,"sum_squares":9,"sum_cubes":9}}]}})",
       "log_e_max", 1.2012224558378943},
      {R"({"method":"guarded_e_value","inputs":{"alpha":0.05,"exact_share":0.25,
           "log_e_exact":0,"log_e_asymptotic":0,"guard_satisfied":true}})",
       "alpha_asymptotic", 0.0375},
      {R"({"method":"e_product","inputs":{"log_e":[1,2,-0.5]}})", "log_e", 2.5},
      {R"({"method":"e_average","inputs":{"log_e":[3,3]}})", "log_e", 3},
      {R"({"method":"e_from_p","inputs":{"p_value":0.05}})", "log_e", 0.57847801884586309},
      {R"({"method":"e_from_p","inputs":{"p_value":0.01,"kappa":0.5}})", "log_e",
       1.6094379124341003},
      {R"({"method":"safe_z_two_sample_greater","inputs":{"z":2,"n1":8,"n2":8,"phiS":1,"sigma":1}})",
       "log_e", 2},
      {R"({"method":"gamma_exponential_log_mixture","inputs":{"s":5000,"v":1e6,"v_opt":100,"c":2,
           "alpha_opt":0.05}})",
       "value", 7.435789304616156},
      {R"({"method":"beta_binomial_log_mixture_one_sided","inputs":{"s":28,"v":100,"v_opt":100,
           "g":0.2,"h":0.8,"alpha_opt":0.05}})",
       "value", 2.901845564691575},
      {R"({"method":"quantile_ab_anytime_p_clustered","inputs":{"a":[1,2],"units_a":[1,1],
           "b":[1,2],"units_b":[4,4],"q":0.5,"t_opt":100,"alpha_opt":0.05}})",
       "value", 1},
  };
  for (const Call& call : calls) {
    INFO(call.request);
    const json answer = json::parse(answer_line(call.request).line);
    INFO(answer.dump());
    REQUIRE(answer.contains("outputs"));
    CHECK(answer.at("outputs").at(call.output).get<double>() == Approx(call.value).epsilon(1e-7));
  }
  const json interval = json::parse(
      answer_line(R"({"method":"bounded_mean_cs","inputs":{"cap":2,"alpha":0.05,"blocks":[]}})")
          .line);
  CHECK(interval.at("outputs").at("ci") == json({-2.0, 2.0}));
  const json rejected = json::parse(
      answer_line(R"({"method":"e_benjamini_hochberg","inputs":{"log_e":[9,0],"alpha":0.05}})")
          .line);
  CHECK(rejected.at("outputs").at("reject") == json({true, false}));
  const json refused = json::parse(
      answer_line(R"({"method":"bernoulli_e_process","inputs":{"side":"left","blocks":[]}})").line);
  CHECK(refused.at("error").at("code") == "invalid_argument");
}

}  // namespace converge::calc
