#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("multiple_testing.json: every case, all nine corrections") {
  check_vectors("multiple_testing.json", 10);
}

}  // namespace converge::calc
