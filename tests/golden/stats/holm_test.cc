#include "stats/multiplicity/holm.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "vector_file.h"

namespace converge::stats {

TEST_CASE("Holm agrees with statsmodels on every case of multiple_testing.json") {
  const int cases = for_each_case(
      "multiple_testing.json", "multiple_testing", [](const nlohmann::json& test_case) {
        const auto p = test_case.at("inputs").at("p").get<std::vector<double>>();
        const double alpha = test_case.at("inputs").at("alpha");
        const nlohmann::json& expected = test_case.at("expected").at("holm");
        const auto adjusted = holm_adjusted(p);
        REQUIRE(adjusted);
        REQUIRE(adjusted->size() == expected.at("adjusted_p").size());
        for (std::size_t i = 0; i < p.size(); ++i) {
          check_close(test_case, "adjusted_p", adjusted.value()[i],
                      expected.at("adjusted_p").at(i));
          CHECK((adjusted.value()[i] <= alpha) == expected.at("reject").at(i).get<bool>());
        }
      });
  CHECK(cases == 10);
  CHECK(cases == count_cases("multiple_testing.json"));
}

}  // namespace converge::stats
