#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("omnibus_and_rank.json: proportions and ranks") {
  // Welch's analysis of variance belongs to the means, whose test compares it.
  check_vectors(
      "omnibus_and_rank.json", 18,
      [](const nlohmann::json& test_case) {
        return test_case.at("method") == "welch_anova_k_groups";
      },
      5);
}

}  // namespace converge::calc
