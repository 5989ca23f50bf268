#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {

using nlohmann::json;

TEST_CASE("effect_sizes.json: every case") {
  check_vectors("effect_sizes.json", 24);
}

TEST_CASE("Number needed to treat behind calc: two rays where the difference may be 0") {
  const json open =
      outputs_of("odds_ratio_relative_risk", R"({"x_a":10,"n_a":100,"x_b":12,"n_b":100})");
  const json newcombe =
      outputs_of("prop_diff_newcombe_wilson", R"({"x_a":10,"n_a":100,"x_b":12,"n_b":100})");
  CHECK(open.at("nnt_shape") == "two_rays");
  CHECK(open.at("nnt_ci95").at(0).at(0) == "-inf");
  CHECK(open.at("nnt_ci95").at(0).at(1).get<double>() ==
        Approx(1 / newcombe.at("ci95").at(0).get<double>()));
  CHECK(open.at("nnt_ci95").at(1).at(0).get<double>() ==
        Approx(1 / newcombe.at("ci95").at(1).get<double>()));
  CHECK(open.at("nnt_ci95").at(1).at(1) == "inf");
  const json closed =
      outputs_of("odds_ratio_relative_risk", R"({"x_a":10,"n_a":100,"x_b":40,"n_b":100})");
  CHECK(closed.at("nnt_shape") == "interval");
  CHECK(closed.at("nnt_ci95").at(0).get<double>() < closed.at("nnt").get<double>());
}

TEST_CASE("Effect sizes behind calc: a count of 0 adds half a unit and says so") {
  const json half =
      outputs_of("odds_ratio_relative_risk", R"({"x_a":0,"n_a":10,"x_b":4,"n_b":10})");
  CHECK(half.at("or_half_added") == true);
  CHECK(half.at("rr_half_added") == true);
  CHECK(half.at("odds_ratio").get<double>() == Approx(4.5 * 10.5 / (6.5 * 0.5)));
  CHECK(half.at("risk_ratio").get<double>() == Approx(9));
  const json all =
      outputs_of("odds_ratio_relative_risk", R"({"x_a":10,"n_a":10,"x_b":4,"n_b":10})");
  CHECK(all.at("or_half_added") == true);
  CHECK(all.at("rr_half_added") == false);
  CHECK(error_of("cohen_d_hedges_g",
                 R"({"mean_a":1,"var_a":0,"n_a":5,"mean_b":2,"var_b":0,"n_b":5})") ==
        "insufficient_data");
}

}  // namespace converge::calc
