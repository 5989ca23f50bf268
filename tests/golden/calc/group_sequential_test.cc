#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/calc/calc.h"
#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {
namespace {

using nlohmann::json;

void check_refused(const std::string& method, const std::string& inputs, const char* place) {
  const json answer = answer_of(method, inputs);
  INFO(answer.dump());
  REQUIRE(answer.contains("error"));
  CHECK_THAT(answer.at("error").at("message").get<std::string>(),
             Catch::Matchers::StartsWith(place));
}

}  // namespace

TEST_CASE("group_sequential.json: every case") {
  check_vectors("group_sequential.json", 157);
}

TEST_CASE("group_sequential_gsdesign.json: every case") {
  check_vectors("group_sequential_gsdesign.json", 20);
}

TEST_CASE("group_sequential_power.json: every case") {
  check_vectors("group_sequential_power.json", 35);
}

TEST_CASE("group_sequential_analysis.json: every case") {
  check_vectors("group_sequential_analysis.json", 4);
}

// Figures of the unit tests of the same functions (Simpson's rule in numpy, gsDesign's manual).
TEST_CASE("Group sequential methods without vectors answer by name") {
  const json crossing =
      outputs_of("group_sequential_crossing_probabilities",
                 R"({"information":[10,11,30,31],"lower":[-2.5,"-inf",-2.2,-2.1],)"
                 R"("upper":[2.5,2.4,"inf",2.1],"drift":-0.2})");
  CHECK(crossing.at("upper").at(3).get<double>() == Approx(0.0005727776379).epsilon(1e-8));
  CHECK(crossing.at("lower").at(2).get<double>() == Approx(0.11637596722054).epsilon(1e-8));

  const json futility = outputs_of(
      "nonbinding_futility_bounds",
      R"({"information_rates":[1,2,3],"critical_values":[3.0107394854,2.5465305577,1.9992263596],)"
      R"("spending":"asHSD","parameter":-2,"beta":0.1})");
  CHECK(futility.at("futility_bounds").at(1).get<double>() == Approx(0.941067239).epsilon(1e-6));

  const json first =
      outputs_of("next_spending_bound", R"({"spending":"asOF","alpha":0.05,"sided":2,"past":[],)"
                                        R"("information":500,"planned_information":1000})");
  CHECK(first.at("bound").get<double>() == Approx(2.96258804272755).epsilon(1e-9));
  const json over =
      outputs_of("next_spending_bound", R"({"spending":"asOF","alpha":0.05,"sided":2,"past":[)" +
                                            first.dump() +
                                            R"(],"information":1300,"planned_information":1000})");
  CHECK(over.at("bound").get<double>() == Approx(1.9726507200740977).epsilon(1e-7));
  const json again =
      outputs_of("next_spending_bound", R"({"spending":"asOF","alpha":0.05,"sided":2,"past":[)" +
                                            first.dump() +
                                            R"(],"information":500,"planned_information":1000})");
  CHECK(again.at("bound") == "inf");

  const json p = outputs_of("repeated_p_value", R"({"spending":"asKD","parameter":3,"sided":2,)"
                                                R"("information_rates":[0.5,1],"z":2.2})");
  CHECK(p.at("repeated_p").get<double>() == Approx(0.0295435206).epsilon(1e-6));

  const json stop = outputs_of(
      "stagewise_inference", R"({"passed":[{"information":5,"lower":-2.5,"upper":2.5}],)"
                             R"("information":10,"estimate":2.4,"standard_error":1,"alpha":0.05})");
  CHECK(stop.at("median_unbiased").get<double>() == Approx(2.3431029117).epsilon(1e-8));
}

TEST_CASE("Group sequential methods name what they cannot read") {
  check_refused("lan_demets_pocock", R"({"information_rates":[0.5,1],"alpha":0.05,"sided":3})",
                "inputs.sided");
  check_refused("lan_demets_pocock", R"({"information_rates":[1,0.5],"alpha":0.05,"sided":2})",
                "information[1]");
  check_refused("kim_demets_power_family",
                R"({"information_rates":[1],"alpha":0.05,"sided":2,"rho":0})", "rho");
  check_refused("classical_pocock", R"({"k":0,"alpha":0.05,"sided":2,"beta":0.2})", "inputs.k");
  check_refused("inflation_factor_asn",
                R"({"information_rates":[1],"alpha":0.05,"sided":2,"beta":0.2,"spending":"x"})",
                "inputs.spending");
  for (const char* design :
       {"asOF two-sided alpha .025, 3 equal looks", "asOF", "",
        "asOF one-sided alpha .025 3 equal looks", "asOF one-sided alpha x, 3 equal looks",
        "asOF one-sided alpha .025, 0 equal looks"}) {
    check_refused("repeated_ci_and_p",
                  R"({"design":")" + std::string(design) +
                      R"(","per_stage":{"n_treatment":[9],"n_control":[9],"mean_treatment":[1],)"
                      R"("mean_control":[0],"sd_treatment":[1],"sd_control":[1]}})",
                  "inputs.design");
  }
  const std::string constant =
      R"({"design":"asOF one-sided alpha .025, 3 equal looks","per_stage":{"n_treatment":[9],)"
      R"("n_control":[9],"mean_treatment":[1],"mean_control":[0],"sd_treatment":[0],)"
      R"("sd_control":[0]}})";
  check_refused("repeated_ci_and_p", constant, "per_stage: no variance");
}

}  // namespace converge::calc
