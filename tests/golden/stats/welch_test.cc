#include "stats/means/welch.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "vector_file.h"

namespace converge::stats {
namespace {

// The raw cases test Welch, not the moments: two passes in long double stand in for exact sums.
Sample sample_of_values(const nlohmann::json& values) {
  long double sum = 0;
  for (const nlohmann::json& value : values) sum += value.get<long double>();
  const long double mean = sum / static_cast<long double>(values.size());
  long double squares = 0;
  for (const nlohmann::json& value : values) {
    const long double deviation = value.get<double>() - mean;
    squares += deviation * deviation;
  }
  return {.n = static_cast<std::int64_t>(values.size()),
          .mean = static_cast<double>(mean),
          .variance = static_cast<double>(squares / static_cast<long double>(values.size() - 1))};
}

void check_case(const nlohmann::json& test_case, const Sample& a, const Sample& b) {
  const nlohmann::json& expected = test_case.at("expected");
  const auto result = welch(a, b, {.alpha = 0.05});
  REQUIRE(result);
  check_close(test_case, "diff", result->estimate, expected.at("diff"));
  check_close(test_case, "se", result->standard_error, expected.at("se"));
  check_close(test_case, "df", result->dof, expected.at("df"));
  check_close(test_case, "t", result->t, expected.at("t"));
  check_close(test_case, "p_two_sided", result->p_two_sided, expected.at("p_two_sided"));
  check_close(test_case, "p_greater", result->p_greater, expected.at("p_greater"));
  check_close(test_case, "p_less", result->p_less, expected.at("p_less"));
  const std::pair<double, const char*> levels[] = {{0.1, "ci90"}, {0.05, "ci95"}, {0.01, "ci99"}};
  for (const auto& [alpha, name] : levels) {
    const auto at_level = welch(a, b, {.alpha = alpha});
    REQUIRE(at_level);
    check_close(test_case, name, at_level->interval.lower, expected.at(name).at(0));
    check_close(test_case, name, at_level->interval.upper, expected.at(name).at(1));
  }
}

}  // namespace

TEST_CASE("Welch agrees with scipy and statsmodels on every case of welch_t.json") {
  const int from_stats =
      for_each_case("welch_t.json", "welch_from_stats", [](const nlohmann::json& test_case) {
        const nlohmann::json& in = test_case.at("inputs");
        check_case(test_case,
                   {.n = in.at("n_a"), .mean = in.at("mean_a"), .variance = in.at("var_a")},
                   {.n = in.at("n_b"), .mean = in.at("mean_b"), .variance = in.at("var_b")});
      });
  const int from_raw =
      for_each_case("welch_t.json", "welch_from_raw", [](const nlohmann::json& test_case) {
        check_case(test_case, sample_of_values(test_case.at("inputs").at("a")),
                   sample_of_values(test_case.at("inputs").at("b")));
      });
  CHECK(from_stats == 20);
  CHECK(from_raw == 8);
  CHECK(from_stats + from_raw == count_cases("welch_t.json"));
}

}  // namespace converge::stats
