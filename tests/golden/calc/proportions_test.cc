#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/calc/calc.h"
#include "vector_file.h"

namespace converge::calc {

using nlohmann::json;

TEST_CASE("proportion_one_sample.json: every case") {
  check_vectors("proportion_one_sample.json", 18);
}

TEST_CASE("proportion_two_sample.json: every case") {
  check_vectors("proportion_two_sample.json", 148);
}

TEST_CASE("proportion_score_intervals.json: every case") {
  check_vectors("proportion_score_intervals.json", 86);
}

TEST_CASE("stratified_proportions.json: every case") {
  check_vectors("stratified_proportions.json", 8);
}

TEST_CASE("degenerate.json, proportions: the interval and the p that the peer refuses to give") {
  std::ifstream stream(CONVERGE_TEST_DATA "/vectors/degenerate.json");
  REQUIRE(stream.good());
  int targets = 0;
  int peer_figures = 0;  // gbstats_*: what GrowthBook does, recorded there as no target
  int other_methods = 0;
  const json file = json::parse(stream);
  for (const json& test_case : file.at("cases")) {
    if (test_case.at("method") != "degenerate_proportion") {
      ++other_methods;
      continue;
    }
    const json request = {{"method", test_case.at("method")}, {"inputs", test_case.at("inputs")}};
    const json answer = json::parse(answer_line(request.dump()).line);
    CAPTURE(answer.dump());
    REQUIRE(answer.contains("outputs"));
    const json& expected = test_case.at("expected");
    for (const auto& [name, value] : expected.items()) {
      if (name.rfind("gbstats_", 0) == 0) {
        ++peer_figures;
        continue;
      }
      const json& got = answer.at("outputs").at(name);
      const json list = value.is_array() ? value : json::array({value});
      const json got_list = got.is_array() ? got : json::array({got});
      REQUIRE(got_list.size() == list.size());
      for (std::size_t i = 0; i < list.size(); ++i) {
        CAPTURE(name, i);
        CHECK(got_list[i].get<double>() == Approx(list[i].get<double>()).epsilon(1e-8));
      }
      ++targets;
    }
  }
  CHECK(targets == 4);
  CHECK(peer_figures == 6);
  CHECK(other_methods == 3);
}

}  // namespace converge::calc
