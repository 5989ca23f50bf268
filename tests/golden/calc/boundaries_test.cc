#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("confseq_boundaries.json: every case") {
  check_vectors("confseq_boundaries.json", 109);
}

}  // namespace converge::calc
