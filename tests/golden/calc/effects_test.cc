#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("meta_analysis.json: every case") {
  check_vectors("meta_analysis.json", 9);
}

}  // namespace converge::calc
