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

}  // namespace converge::calc
