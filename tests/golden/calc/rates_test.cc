#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("poisson_rates.json: every case") {
  check_vectors("poisson_rates.json", 33);
}

TEST_CASE("poisson_rate_ratio_exact.json: every case") {
  check_vectors("poisson_rate_ratio_exact.json", 8);
}

}  // namespace converge::calc
