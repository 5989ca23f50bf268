#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/calc/calc.h"

namespace converge::calc {

/// The outputs of one request, for methods whose references stand in the test itself.
inline nlohmann::json outputs_of(const std::string& method, const std::string& inputs) {
  const auto answer = nlohmann::json::parse(
      answer_line("{\"method\":\"" + method + "\",\"inputs\":" + inputs + "}").line);
  INFO(method << " " << inputs << " " << answer.dump());
  REQUIRE(answer.contains("outputs"));
  return answer.at("outputs");
}

/// The code of the error that one request is answered with.
inline std::string error_of(const std::string& method, const std::string& inputs) {
  const auto answer = nlohmann::json::parse(
      answer_line("{\"method\":\"" + method + "\",\"inputs\":" + inputs + "}").line);
  INFO(method << " " << inputs << " " << answer.dump());
  REQUIRE(answer.contains("error"));
  return answer.at("error").at("code").get<std::string>();
}

}  // namespace converge::calc
