#include <catch2/catch.hpp>

#include "vector_file.h"

namespace converge::calc {

TEST_CASE("group_sequential.json: every case") {
  check_vectors("group_sequential.json", 157);
}

TEST_CASE("group_sequential_gsdesign.json: every case") {
  check_vectors("group_sequential_gsdesign.json", 20);
}

TEST_CASE("group_sequential_power.json: every case") {
  check_vectors("group_sequential_power.json", 35);
}

TEST_CASE("group_sequential_analysis.json: every case") {
  check_vectors("group_sequential_analysis.json", 4);
}

}  // namespace converge::calc
