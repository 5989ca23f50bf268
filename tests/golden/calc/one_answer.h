#pragma once

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/calc/calc.h"

/// One request at a time, for methods whose references stand in the test itself. Inputs are a JSON
/// value, or its text.
namespace converge::calc {

inline nlohmann::json answer_of(const std::string& method, const nlohmann::json& inputs) {
  const nlohmann::json& read =
      inputs.is_string() ? nlohmann::json::parse(inputs.get<std::string>()) : inputs;
  return nlohmann::json::parse(
      answer_line(nlohmann::json{{"method", method}, {"inputs", read}}.dump()).line);
}

inline nlohmann::json outputs_of(const std::string& method, const nlohmann::json& inputs) {
  const nlohmann::json answer = answer_of(method, inputs);
  INFO(method << " " << inputs.dump() << " " << answer.dump());
  REQUIRE(answer.contains("outputs"));
  return answer.at("outputs");
}

/// The code of the error that a request is answered with.
inline std::string error_of(const std::string& method, const nlohmann::json& inputs) {
  const nlohmann::json answer = answer_of(method, inputs);
  INFO(method << " " << inputs.dump() << " " << answer.dump());
  REQUIRE(answer.contains("error"));
  return answer.at("error").at("code").get<std::string>();
}

}  // namespace converge::calc
