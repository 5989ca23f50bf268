#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("fieller.json: every case") {
  check_vectors("fieller.json", 10);
}

}  // namespace converge::calc
