#include "stats/sequential/asymptotic_cs.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "vector_file.h"

namespace converge::stats {

// lil_margin of the file belongs to another boundary, which Converge does not offer.
TEST_CASE("Confidence sequences agree with drconfseq on every case of asymptotic_cs.json") {
  int margins = 0;
  const int cases = for_each_case(
      "asymptotic_cs.json", "rho_exact_and_margin", [&](const nlohmann::json& test_case) {
        const nlohmann::json& in = test_case.at("inputs");
        const nlohmann::json& expected = test_case.at("expected");
        const double alpha = in.at("alpha");
        const double planned = in.at("t_opt");
        const auto exact = rho_squared(alpha, planned);
        const auto approximate = rho_squared_approximate(alpha, planned);
        REQUIRE(exact);
        REQUIRE(approximate);
        check_close(test_case, "rho2", *exact, expected.at("rho2_exact_lambertW"));
        check_close(test_case, "rho2_approx", *approximate, expected.at("rho2_approx"));
        for (std::size_t i = 0; i < in.at("t").size(); ++i) {
          Difference difference;
          difference.n_a = in.at("t").at(i).get<std::int64_t>() / 2;
          difference.n_b = in.at("t").at(i).get<std::int64_t>() - difference.n_a;
          difference.variance = 1.0 / in.at("t").at(i).get<double>();
          const auto cs = asymptotic_cs_two_sided(
              difference, AsymptoticCsOptions{.alpha = alpha, .planned_total_n = planned});
          REQUIRE(cs);
          check_close(test_case, "margin", cs->interval.upper,
                      expected.at("unit_variance_margin").at(i));
          check_close(test_case, "margin", cs->interval.lower,
                      -expected.at("unit_variance_margin").at(i).get<double>());
          ++margins;
        }
      });
  CHECK(cases == 10);
  CHECK(cases == count_cases("asymptotic_cs.json"));
  CHECK(margins == 50);
}

}  // namespace converge::stats
