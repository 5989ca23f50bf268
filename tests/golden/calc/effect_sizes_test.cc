#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("effect_sizes.json: every case") {
  check_vectors("effect_sizes.json", 24);
}

}  // namespace converge::calc
