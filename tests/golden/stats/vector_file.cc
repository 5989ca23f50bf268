#include "vector_file.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace converge {
namespace {

nlohmann::json load(const std::string& file) {
  std::ifstream stream(CONVERGE_TEST_DATA "/vectors/" + file);
  REQUIRE(stream.good());
  return nlohmann::json::parse(stream);
}

}  // namespace

int for_each_case(const std::string& file, const std::string& method,
                  const std::function<void(const nlohmann::json&)>& check) {
  const nlohmann::json vectors = load(file);
  int count = 0;
  for (const nlohmann::json& test_case : vectors.at("cases")) {
    if (test_case.at("method") != method) continue;
    INFO(test_case.at("id").get<std::string>());
    check(test_case);
    ++count;
  }
  return count;
}

int count_cases(const std::string& file) {
  return static_cast<int>(load(file).at("cases").size());
}

void check_close(const nlohmann::json& test_case, const char* what, double got,
                 const nlohmann::json& expected) {
  if (expected.is_null()) return;
  INFO(what);
  const double wanted = expected.get<double>();
  const double rel = test_case.at("tolerance").at("rel").get<double>();
  const double abs = test_case.at("tolerance").at("abs").get<double>();
  CAPTURE(got, wanted);
  CHECK(std::abs(got - wanted) <= std::max(abs, rel * std::abs(wanted)));
}

}  // namespace converge
