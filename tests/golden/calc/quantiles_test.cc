#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/calc/calc.h"
#include "one_answer.h"
#include "vector_file.h"

namespace converge::calc {

using nlohmann::json;

TEST_CASE("quantile_order_statistic.json: every case") {
  check_vectors("quantile_order_statistic.json", 14);
}

TEST_CASE("gb_quantile.json: every case, what GrowthBook refuses is too few values here") {
  check_vectors(
      "gb_quantile.json", 48,
      [](const json& test_case) {
        if (!is_refused_by_peer(test_case)) return false;
        const json request = {{"method", test_case.at("method")},
                              {"inputs", test_case.at("inputs")}};
        const json answer = json::parse(answer_line(request.dump()).line);
        INFO(test_case.at("id"));
        REQUIRE(answer.contains("error"));
        CHECK(answer.at("error").at("code") == "insufficient_data");
        return true;
      },
      6);
}

TEST_CASE("Quantile differences: from values and from a grid of single values, by JSON") {
  json values_a = json::array();
  json values_b = json::array();
  json edges = {-0.5};
  json counts_a = json::array();
  json counts_b = json::array();
  for (int i = 0; i < 200; ++i) {
    values_a.push_back(i);
    values_b.push_back(i + 10);
  }
  for (int i = 0; i < 210; ++i) {
    edges.push_back(i + 0.5);
    counts_a.push_back(i < 200 ? 1 : 0);
    counts_b.push_back(i < 10 ? 0 : 1);
  }
  const auto expected = [](const std::string& method, const json& inputs) {
    const json outputs = outputs_of(method, inputs);
    const json& difference = outputs.contains("difference") ? outputs.at("difference") : outputs;
    return difference.at("expected").get<double>();
  };
  CHECK(expected("quantile_difference_values",
                 {{"x_a", values_a}, {"x_b", values_b}, {"q", 0.75}, {"alpha", 0.05}}) ==
        Approx(10).epsilon(1e-12));
  CHECK(expected("quantile_difference_grid", {{"edges", edges},
                                              {"counts_a", counts_a},
                                              {"counts_b", counts_b},
                                              {"q", 0.75},
                                              {"alpha", 0.05}}) == Approx(10).epsilon(1e-12));
}

}  // namespace converge::calc
