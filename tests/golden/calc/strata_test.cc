#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "one_answer.h"

namespace converge::calc {
namespace {

const char* const kTwoStrata = R"({"strata": [
  {"a": {"n": 100, "mean": 1, "var": 4, "third_central_moment": 0},
   "b": {"n": 300, "mean": 2, "var": 4, "third_central_moment": 0}},
  {"a": {"n": 300, "mean": 5, "var": 9, "third_central_moment": 0},
   "b": {"n": 100, "mean": 7, "var": 9, "third_central_moment": 0}}]EVENTS})";

std::string two_strata(const std::string& events) {
  std::string text = kTwoStrata;
  return text.replace(text.find("EVENTS"), 6, events);
}

}  // namespace

TEST_CASE("stratified_difference: effects within strata with weights n_a n_b / (n_a + n_b)") {
  // Equal weights: (1 + 2) / 2; pooled means would give 3.25 - 4 = -0.75.
  const auto outputs = outputs_of("stratified_difference", two_strata(""));
  CHECK(outputs.at("diff").get<double>() == Approx(1.5));
  CHECK(outputs.at("var_of_diff").get<double>() ==
        Approx(0.25 * (4.0 / 100 + 4.0 / 300 + 9.0 / 300 + 9.0 / 100)));
}

TEST_CASE("asymptotic_guard: the verdict is a name") {
  CHECK(outputs_of("asymptotic_guard", two_strata(R"(, "events_a": 50, "events_b": 50)"))
            .at("verdict") == "satisfied");
  CHECK(outputs_of("asymptotic_guard", two_strata(R"(, "events_a": 1, "events_b": 50)"))
            .at("verdict") == "too_few_events");
}

}  // namespace converge::calc
