#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("gb_cuped_mean.json: every case") {
  check_vectors("gb_cuped_mean.json", 20);
}

TEST_CASE("gb_cuped_ratio.json: every case") {
  check_vectors("gb_cuped_ratio.json", 20);
}

TEST_CASE("gb_post_stratification.json: every case") {
  check_vectors("gb_post_stratification.json", 20);
}

TEST_CASE("tea_tasting_mean_ratio_cuped.json: the cases with a covariate") {
  // Those without one are checked by means_test.cc.
  const auto without_covariate = [](const nlohmann::json& test_case) {
    return !test_case.at("inputs").at("columns").contains("numer_covariate");
  };
  check_vectors("tea_tasting_mean_ratio_cuped.json", 40, without_covariate, 20);
}

}  // namespace converge::calc
