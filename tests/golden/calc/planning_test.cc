#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("power_fixed.json: every case") {
  check_vectors("power_fixed.json", 47);
}

TEST_CASE("power_r.json: every case") {
  check_vectors("power_r.json", 24);
}

TEST_CASE("gb_mid_experiment_power.json: every case") {
  check_vectors("gb_mid_experiment_power.json", 10, is_refused_by_peer, 0);
}

}  // namespace converge::calc
