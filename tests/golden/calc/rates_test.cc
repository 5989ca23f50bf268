#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {

using nlohmann::json;

TEST_CASE("poisson_rates.json: every case") {
  check_vectors("poisson_rates.json", 33);
}

TEST_CASE("poisson_rate_ratio_exact.json: every case") {
  check_vectors("poisson_rate_ratio_exact.json", 8);
}

TEST_CASE("Rate ratio, mid-p, behind calc: scipy 1.10.1, binom.sf and binom.pmf by brentq") {
  const json ratio = outputs_of("poisson_rate_ratio_mid_p",
                                R"({"count_a":5,"exposure_a":100,"count_b":9,"exposure_b":90})");
  CHECK(ratio.at("rate_ratio_b_over_a").get<double>() == Approx(2));
  CHECK(ratio.at("ci95").at(0).get<double>() == Approx(0.6696122254574839).epsilon(1e-8));
  CHECK(ratio.at("ci95").at(1).get<double>() == Approx(6.584993581806172).epsilon(1e-8));
  // cond_midp of poisson_rates.json
  CHECK(ratio.at("p_two_sided").get<double>() == Approx(0.23654028014271333).epsilon(1e-9));
}

TEST_CASE("Rates behind calc: counts of 0 are answered or refused by name") {
  // The file expects nothing of a count of 0; the exact p of 0 against 1 event is 1.
  const json one = outputs_of("poisson_two_sample_test",
                              R"({"count_a":0,"exposure_a":10,"count_b":1,"exposure_b":10})");
  CHECK(one.at("p_two_sided").at("exact_cond") == 1);
  CHECK(one.at("p_two_sided").at("cond_midp") == 0.75);
  CHECK(error_of("poisson_two_sample_test",
                 R"({"count_a":0,"exposure_a":10,"count_b":0,"exposure_b":10})") ==
        "insufficient_data");
  CHECK(error_of("poisson_exact_ci", R"({"count":1,"exposure":0})") == "invalid_argument");
}

}  // namespace converge::calc
