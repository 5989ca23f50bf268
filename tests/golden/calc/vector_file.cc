#include "vector_file.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/calc/calc.h"

namespace converge::calc {
namespace {

using nlohmann::json;

json load(const std::string& file) {
  std::ifstream stream(CONVERGE_TEST_DATA "/vectors/" + file);
  REQUIRE(stream.good());
  return json::parse(stream);
}

struct Tolerance {
  double rel = 0;
  double abs = 0;
};

/// moments.json: relative to max(|expected|, eps |mean| sd), and no absolute one: variances there
/// go down to 1e-13.
Tolerance tolerance_of_moments(const json& test_case, const std::string& path) {
  const json& expected = test_case.at("expected");
  const double rel = test_case.at("tolerance").at("rel").get<double>();
  const std::string axis = path.find("_y_") == std::string::npos ? "" : "_y";
  if (path.find("variance") == std::string::npos) {
    return {rel, 0};
  }
  const double mean = expected.at("mean" + axis).get<double>();
  const double sd = std::sqrt(expected.at("variance" + axis + "_ddof1").get<double>());
  return {rel, rel * std::numeric_limits<double>::epsilon() * std::abs(mean) * sd};
}

/// A special tolerance of a file is spelled out in words of its own.
Tolerance tolerance_of(const json& test_case, const std::string& path) {
  if (test_case.at("method") == "moments_bivariate") return tolerance_of_moments(test_case, path);
  const json& given = test_case.at("tolerance");
  if (given.contains("ci_abs") && path.find("ci_") != std::string::npos) {
    return {0, given.at("ci_abs").get<double>()};
  }
  if (given.contains("log_capital_rel")) return {given.at("log_capital_rel").get<double>(), 0};
  return {given.at("rel").get<double>(), given.at("abs").get<double>()};
}

double number_of(const json& value) {
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  return value.is_number() ? value.get<double>() : std::nan("");
}

bool is_close(double got, double wanted, Tolerance tolerance) {
  if (std::isinf(wanted) || std::isinf(got)) return got == wanted;
  return std::abs(got - wanted) <= std::max(tolerance.abs, tolerance.rel * std::abs(wanted));
}

void compare(const json& test_case, const std::string& path, const json& got, const json& wanted) {
  if (wanted.is_null()) return;
  INFO(path);
  if (wanted.is_object()) {
    for (const auto& [name, member] : wanted.items()) {
      if (member.is_null()) continue;
      INFO(name);
      REQUIRE(got.is_object());
      REQUIRE(got.contains(name));
      compare(test_case, path + "." + name, got.at(name), member);
    }
  } else if (wanted.is_array()) {
    REQUIRE(got.is_array());
    REQUIRE(got.size() == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      compare(test_case, path + "[" + std::to_string(i) + "]", got[i], wanted[i]);
    }
  } else if (!std::isnan(number_of(wanted))) {
    CAPTURE(got, wanted);
    CHECK(is_close(number_of(got), number_of(wanted), tolerance_of(test_case, path)));
  } else {
    CHECK(got == wanted);
  }
}

void check_case(const json& test_case) {
  const json request = {{"method", test_case.at("method")}, {"inputs", test_case.at("inputs")}};
  const json answer = json::parse(answer_line(request.dump()).line);
  INFO(test_case.at("id").get<std::string>() << " " << test_case.at("method"));
  INFO(answer.value("error", json()).dump());
  REQUIRE(answer.contains("outputs"));
  compare(test_case, "", answer.at("outputs"), test_case.at("expected"));
}

}  // namespace

void check_vectors(const std::string& file, int cases, const Departure& departure, int departures) {
  int compared = 0;
  int left_out = 0;
  const json vectors = load(file);
  for (const json& test_case : vectors.at("cases")) {
    if (departure(test_case)) {
      ++left_out;
      continue;
    }
    check_case(test_case);
    ++compared;
  }
  CHECK(compared + left_out == cases);
  CHECK(left_out == departures);
}

void check_vectors(const std::string& file, int cases) {
  check_vectors(
      file, cases, [](const json&) { return false; }, 0);
}

Departure is_not_a_method_of(std::vector<std::string> methods) {
  return [methods = std::move(methods)](const json& test_case) {
    return std::find(methods.begin(), methods.end(), test_case.at("method")) == methods.end();
  };
}

int answers_where_peer_refuses(const std::string& file) {
  int answers = 0;
  const json vectors = load(file);
  for (const json& test_case : vectors.at("cases")) {
    if (!is_refused_by_peer(test_case)) continue;
    const json request = {{"method", test_case.at("method")}, {"inputs", test_case.at("inputs")}};
    const json answer = json::parse(answer_line(request.dump()).line);
    INFO(test_case.at("id").get<std::string>() << " " << answer.dump());
    if (answer.contains("outputs")) {
      ++answers;
    } else {
      CHECK(answer.at("error").at("code") == "insufficient_data");
      CHECK(answer.at("error").at("message").get<std::string>().find(": ") != std::string::npos);
    }
  }
  return answers;
}

bool is_refused_by_peer(const json& test_case) {
  const json& expected = test_case.at("expected");
  return expected.contains("error") && !expected.at("error").is_null();
}

}  // namespace converge::calc
