#include "stats/means/fieller.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "vector_file.h"

namespace converge::stats {

TEST_CASE("Fieller agrees with a numerical inversion on every case of fieller.json") {
  const int cases =
      for_each_case("fieller.json", "fieller_relative_lift", [](const nlohmann::json& test_case) {
        const nlohmann::json& in = test_case.at("inputs");
        const nlohmann::json& expected = test_case.at("expected");
        const double se_a = in.at("se_a");
        const double se_b = in.at("se_b");
        const auto lift = fieller_relative_lift({.mean_a = in.at("mean_a"),
                                                 .variance_of_mean_a = se_a * se_a,
                                                 .mean_b = in.at("mean_b"),
                                                 .variance_of_mean_b = se_b * se_b,
                                                 .covariance = in.at("cov"),
                                                 .z = in.at("z"),
                                                 .level = 0.95});
        REQUIRE(lift);
        REQUIRE(lift->interval.has_value() == expected.at("bounded").get<bool>());
        if (!lift->interval) return;
        const nlohmann::json& interval = expected.at("relative_lift_ci95");
        check_close(test_case, "lower", lift->interval->lower, interval.at(0));
        check_close(test_case, "upper", lift->interval->upper, interval.at(1));
      });
  CHECK(cases == 10);
  CHECK(cases == count_cases("fieller.json"));
}

}  // namespace converge::stats
