#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("group_sequential.json: every case") {
  check_vectors("group_sequential.json", 157);
}

TEST_CASE("group_sequential_gsdesign.json: every case") {
  check_vectors("group_sequential_gsdesign.json", 20);
}

}  // namespace converge::calc
