#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("srm.json: every case, chi-square and exact") {
  check_vectors("srm.json", 14);
}

}  // namespace converge::calc
