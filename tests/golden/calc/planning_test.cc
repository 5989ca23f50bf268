#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/calc/calc.h"
#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {
namespace {

using nlohmann::json;

double output(const std::string& method, const std::string& inputs, const std::string& name) {
  const json outputs = outputs_of(method, inputs);
  REQUIRE(outputs.contains(name));
  return outputs.at(name).get<double>();
}

}  // namespace

TEST_CASE("power_fixed.json: every case") {
  check_vectors("power_fixed.json", 47);
}

TEST_CASE("power_r.json: every case") {
  check_vectors("power_r.json", 24);
}

TEST_CASE("gb_mid_experiment_power.json: every case") {
  check_vectors("gb_mid_experiment_power.json", 10, is_refused_by_peer, 0);
}

// Where no file has a case: values by SciPy 1.10.1 and NumPy 1.24.2 (roots by brentq of the power
// written out from the sources in the headers; simulations with 1e6 or 2e6 repetitions, whose
// standard error the tolerance names), or published ones.

TEST_CASE("Welch: power agrees with simulation, down to five units and variances of 1:25") {
  struct Case {
    const char* inputs;
    double simulated;
  };
  for (
      const Case& c :
      {Case{
           R"({"effect":1,"variance_a":1,"variance_b":4,"n_a":20,"n_b":12,"alpha":0.05,"test":"welch"})",
           0.327348},
       Case{
           R"({"effect":2,"variance_a":1,"variance_b":9,"n_a":5,"n_b":5,"alpha":0.05,"test":"welch"})",
           0.215909},
       Case{
           R"({"effect":3,"variance_a":1,"variance_b":9,"n_a":5,"n_b":8,"alpha":0.05,"test":"welch"})",
           0.639825},
       Case{
           R"({"effect":1.5,"variance_a":4,"variance_b":1,"n_a":30,"n_b":6,"alpha":0.05,"test":"welch"})",
           0.719197},
       Case{
           R"({"effect":2.5,"variance_a":9,"variance_b":1,"n_a":5,"n_b":20,"alpha":0.05,"test":"welch"})",
           0.307277},
       Case{
           R"({"effect":2,"variance_a":1,"variance_b":1,"n_a":5,"n_b":5,"alpha":0.05,"test":"welch"})",
           0.767290},
       Case{
           R"({"effect":4,"variance_a":1,"variance_b":25,"n_a":5,"n_b":5,"alpha":0.01,"test":"welch"})",
           0.095668}}) {
    CHECK(output("power_mean_difference", c.inputs, "power") == Approx(c.simulated).margin(0.002));
  }
}

TEST_CASE("Unequal arms: units and effects are the roots that SciPy finds") {
  CHECK(output("sample_size_two_proportions",
               R"({"p_a":0.1,"p_b":0.12,"alpha_two_sided":0.05,"power":0.8,"ratio":0.25})",
               "n_per_arm_pooled_null") == Approx(9411.804157185963).epsilon(1e-9));
  CHECK(output("mde_two_proportions",
               R"({"p_a":0.1,"n_a":20000,"ratio":0.25,"alpha_two_sided":0.05,"power":0.8})",
               "p_b") == Approx(0.11358557394883738).epsilon(1e-10));
  CHECK(output("sample_size_relative_lift",
               R"({"lift":0.05,"mean_a":0.03,"variance_a":0.0291,"power":0.8,"alpha":0.05})",
               "n_a_exact") == Approx(213428.83125643648).epsilon(1e-9));
  CHECK(output("mde_relative_lift",
               R"({"mean_a":-20,"variance_a":900,"variance_b":1100,"n_a":5000,"ratio":0.25,
                   "power":0.8,"alpha":0.05})",
               "lift") == Approx(0.14806359773522673).epsilon(1e-9));
}

TEST_CASE("Rates: closed forms, and the score test of unequal overdispersed arms by brentq") {
  const auto towards = [](const char* form) {
    return output("sample_size_rates",
                  std::string(R"({"rate_a":0.1,"rate_b":0.12,"power":0.8,"alpha":0.05,
                      "alternative":"two-sided-towards-the-effect","test":")") +
                      form + "\"}",
                  "n_a_exact");
  };
  CHECK(towards("square-root") == Approx(4307.946167770078).epsilon(1e-9));
  CHECK(towards("log-ratio") == Approx(4328.855293886628).epsilon(1e-9));
  CHECK(towards("wald") == Approx(4316.8838538920045).epsilon(1e-9));
  CHECK(output(
            "sample_size_rates",
            R"({"rate_a":0.1,"rate_b":0.12,"exposure":2,"dispersion":1.7,"ratio":0.3333333333333333,
                   "power":0.9,"alpha":0.05})",
            "n_a_exact") == Approx(9726.115889718109).epsilon(1e-9));
}

TEST_CASE("Margins: non-inferiority by its closed form, equivalence by PowerTOST and SciPy") {
  CHECK(output("sample_size_non_inferiority",
               R"({"margin":0.001,"variance_a":0.0291,"power":0.8,"alpha_one_sided":0.025})",
               "n_a_exact") == Approx(456804.80053911713).epsilon(1e-9));
  // PowerTOST 1.5, sampleN.TOST(CV = 0.2) of its documentation: n 20 in two sequences, 0.834680.
  const std::string crossover =
      R"({"effect":-0.05129329438755058,"margin_lower":-0.22314355131420976,
          "margin_upper":0.22314355131420976,"variance_a":0.019610356576640646,
          "alpha_one_sided":0.05,"test":"student","power":0.8})";
  CHECK(output("sample_size_equivalence", crossover, "n_total") == 20);
  CHECK(output("sample_size_equivalence", crossover, "power") == Approx(0.834680).margin(5e-7));
  CHECK(output("power_equivalence",
               R"({"effect":0.1,"margin_lower":-0.5,"margin_upper":0.4,"variance_a":1,"n_a":60,
                   "n_b":90,"alpha_one_sided":0.05,"test":"student"})",
               "power") == Approx(0.5321247366941111).epsilon(1e-9));
  CHECK(output("power_equivalence",
               R"({"margin_lower":-1,"margin_upper":1,"variance_a":1,"n_a":6,"n_b":4,
                   "alpha_one_sided":0.1,"test":"student"})",
               "power") == Approx(0.19712098672662255).epsilon(1e-9));
}

TEST_CASE("Assurance: the closed form of the normal test") {
  CHECK(output("assurance_mean_difference",
               R"({"variance_a":1,"prior":{"mean":0.02,"sd":0.02},"n_a":20000,"alpha":0.025,
                   "alternative":"greater"})",
               "power") == Approx(0.5071425404458589).epsilon(1e-10));
  CHECK(output(
            "assurance_mean_difference",
            R"({"variance_a":1,"prior":{"mean":0.01,"sd":0.5},"n_a":3000,"n_b":1000,"alpha":0.05})",
            "power") == Approx(0.88650582367494).epsilon(1e-10));
}

TEST_CASE("Confidence sequence: power and expected size by multivariate normal probabilities") {
  const std::string two_sided =
      R"({"effect":0.05,"variance_a":1,"n_a":8000,"alpha":0.05,"information_rates":[0.25,0.5,1]})";
  CHECK(output("power_confidence_sequence", two_sided, "power") ==
        Approx(0.5679053757016128).margin(1e-7));
  CHECK(output("power_confidence_sequence", two_sided, "expected_n_total") ==
        Approx(14135.898693205036).margin(0.01));
  CHECK(output("power_confidence_sequence",
               R"({"effect":0.05,"variance_a":1,"n_a":8000,"alpha":0.05,
                   "information_rates":[0.25,0.5,1],"planned_total_n":5000})",
               "power") == Approx(0.547004009486268).margin(1e-7));
  CHECK(output("power_confidence_sequence",
               R"({"effect":0.05,"variance_a":1,"n_a":8000,"n_b":4000,"alpha":0.025,
                   "alternative":"greater","information_rates":[0.25,0.5,1]})",
               "power") == Approx(0.3424228778814553).margin(1e-7));
}

TEST_CASE("Confidence sequence: 28 looks against a simulation of 2e6 paths") {
  const std::string inputs =
      R"({"effect":0.02,"variance_a":1,"n_a":40000,"alpha":0.05,"looks":28})";
  CHECK(output("power_confidence_sequence", inputs, "power") == Approx(0.510763).margin(0.0014));
  CHECK(output("power_confidence_sequence", inputs, "expected_n_total") ==
        Approx(64183.0).margin(60));
}

TEST_CASE("Pocock's bounds: published inflation and expected size at power 0.8") {
  // Jennison, Turnbull (2000) tables 2.1 and 2.2: C_P(2, 0.05) = 2.178, inflation 1.110, expected
  // size 0.853 of the fixed one. Fixed: 39,244.4 units an arm for an effect of 0.02.
  const std::string inputs =
      R"({"effect":0.02,"variance_a":1,"n_a":43561,"looks":2,"z_bounds":[2.178272,2.178272]})";
  CHECK(output("power_scheduled_looks", inputs, "power") == Approx(0.8).margin(5e-4));
  CHECK(output("power_scheduled_looks", inputs, "expected_n_total") / (2 * 39244.4) ==
        Approx(0.853).margin(1e-3));
}

TEST_CASE("Smallest effects are the inverse of the sizes") {
  // Sizes above, put back: each gives the effect that it was solved for.
  CHECK(output("mde_rates",
               R"({"rate_a":0.1,"exposure":2,"dispersion":1.7,"ratio":0.3333333333333333,
                   "n_a":9726.115889718109,"power":0.9,"alpha":0.05})",
               "effect") == Approx(0.02).epsilon(1e-6));
  CHECK(output(
            "mde_non_inferiority",
            R"({"variance_a":0.0291,"n_a":456804.80053911713,"power":0.8,"alpha_one_sided":0.025})",
            "margin") == Approx(0.001).epsilon(1e-9));
  CHECK(output("mde_confidence_sequence",
               R"({"variance_a":1,"n_a":8000,"alpha":0.05,"information_rates":[0.25,0.5,1],
                   "power":0.5679053757016128,
                   "alternative":"two-sided-towards-the-effect"})",
               "effect") == Approx(0.05).epsilon(1e-6));
  CHECK(output("sample_size_scheduled_looks",
               R"({"effect":0.02,"variance_a":1,"looks":2,"z_bounds":[2.178272,2.178272],
                   "power":0.8})",
               "n_a") == Approx(1.110 * 39244.4).epsilon(1e-3));
  // No rate falls below 0, so that not every fall can be found.
  const json answered = answer_of("mde_rates",
                                  R"({"rate_a":0.01,"n_a":100,"power":0.8,"alpha":0.05,
                                   "direction":"decrease"})");
  REQUIRE(answered.contains("error"));
  CHECK(answered.at("error").at("code") == "insufficient_data");
}

TEST_CASE("What a unit contributes: ratio, quantile, adjusted") {
  CHECK(output("unit_variance_ratio",
               R"({"mean_numerator":2,"variance_numerator":4,"mean_denominator":10,
                   "variance_denominator":25,"covariance":8})",
               "variance") == Approx((4 - 2 * 0.2 * 8 + 0.04 * 25) / 100));
  // At the median of a standard normal the density is 1 / sqrt(2 pi): pi / 2.
  CHECK(output("unit_variance_quantile", R"({"q":0.5,"density":0.3989422804014327})", "variance") ==
        Approx(1.5707963267948966));
  CHECK(output("unit_variance_adjusted", R"({"variance":9,"correlation":-0.6})", "variance") ==
        Approx(5.76));
  CHECK(output("power_of_each_test", R"({"power":0.8,"guardrails":3})", "power") == Approx(0.95));
  CHECK(output("multi_arm_allocation", R"({"arms":5,"alpha":0.05})", "optimal_control_share") ==
        Approx(1.0 / 3));
  CHECK(output("multi_arm_allocation", R"({"arms":5,"alpha":0.05})", "alpha_per_comparison") ==
        Approx(0.0125));
}

TEST_CASE("Planning: what no size reaches is refused by name") {
  struct Case {
    const char* method;
    const char* inputs;
    const char* code;
    const char* words;
  };
  for (
      const Case& c : {
          Case{"sample_size_mean_difference",
               R"({"effect":0,"variance_a":1,"power":0.8,"alpha":0.05})", "insufficient_data",
               "effect: 0"},
          Case{"sample_size_mean_difference",
               R"({"effect":1,"variance_a":0,"power":0.8,"alpha":0.05})", "insufficient_data",
               "variance: 0"},
          Case{"sample_size_mean_difference",
               R"({"effect":1,"variance_a":1,"power":0.05,"alpha":0.05})", "invalid_argument",
               "which is alpha"},
          Case{"sample_size_mean_difference",
               R"({"effect":-1,"variance_a":1,"power":0.8,"alpha":0.05,"alternative":"greater"})",
               "insufficient_data", "2^53"},
          Case{"sample_size_mean_difference",
               R"({"effect":1,"variance_a":1,"power":0.8,"alpha":0.6,"alternative":"less"})",
               "invalid_argument", "alpha"},
          Case{"mde_relative_lift",
               R"({"mean_a":0.03,"variance_a":0.0291,"power":0.8,"alpha":0.05,"n_a":100})",
               "insufficient_data", "no possible effect"},
          Case{"mde_two_proportions",
               R"({"p_a":0.03,"n_a":20,"power":0.8,"alpha_two_sided":0.05,"direction":"decrease"})",
               "insufficient_data", "no possible effect"},
          Case{
              "sample_size_non_inferiority",
              R"({"margin":0.01,"effect":-0.01,"variance_a":1,"power":0.8,"alpha_one_sided":0.05})",
              "insufficient_data", "as bad as the margin"},
          Case{"sample_size_assurance",
               R"({"variance_a":1,"prior":{"mean":0.02,"sd":0.02},"power":0.85,"alpha":0.025,
                    "alternative":"greater"})",
               "insufficient_data", "84.13"},
          Case{"mid_experiment_power",
               R"({"a":{"n":10,"sum":0,"sum_squares":10},"b":{"n":10,"sum":1,"sum_squares":10},
                    "target_mde":0.05})",
               "invalid_argument", "mean other than 0"},
          Case{"mid_experiment_power",
               R"({"a":{"n":10,"sum":10,"sum_squares":10},"b":{"n":10,"sum":10,"sum_squares":10},
                    "target_mde":0.05})",
               "invalid_argument", "variance above 0"},
          Case{"power_two_means", R"({"effect_size_d":1,"n_a":-3,"alpha":0.05})",
               "invalid_argument", "n_a"},
          Case{"duration", R"({"points":[[1,50],[2,40]],"units":100})", "invalid_argument",
               "points"},
      }) {
    const json answered = answer_of(c.method, c.inputs);
    INFO(c.method << " " << c.inputs << ": " << answered.dump());
    REQUIRE(answered.contains("error"));
    CHECK(answered.at("error").at("code") == c.code);
    CHECK(answered.at("error").at("message").get<std::string>().find(c.words) != std::string::npos);
  }
}

}  // namespace converge::calc
