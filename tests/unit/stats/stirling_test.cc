// Values by mpmath 1.2.1 with 60 digits.
#include "stats/sequential/stirling.h"

#include <catch2/catch.hpp>

namespace converge::stats {

TEST_CASE("Stirling's remainder agrees with 60 digits") {
  CHECK(stirling_remainder(0.001) == Approx(2.5422704679670945518).epsilon(1e-12));
  CHECK(stirling_remainder(0.5) == Approx(0.15342640972002734529).epsilon(1e-12));
  CHECK(stirling_remainder(3) == Approx(0.027677925684998339149).epsilon(1e-11));
  CHECK(stirling_remainder(16) == Approx(0.0052076559196096404407).epsilon(1e-11));
  CHECK(stirling_remainder(1e6) == Approx(8.3333333333330555556e-8).epsilon(1e-13));
  CHECK(stirling_remainder(1e12) == Approx(8.3333333333333333333e-14).epsilon(1e-13));
}

TEST_CASE("(1 + r) ln(1 + r) - r and r - ln(1 + r) keep their digits near 0") {
  struct Case {
    double r;
    double entropy;
    double logarithm;
  };
  for (const Case& expected : {Case{-0.9, 0.6697414907005954316, 1.402585092994045684},
                               Case{-0.01, 5.0167505033573228287e-5, 5.0335853501441183549e-5},
                               Case{1e-8, 4.9999999833333334167e-17, 4.9999999666666669167e-17},
                               Case{0.0099, 4.8844079272887136996e-5, 4.8683949625817272011e-5},
                               Case{0.0101, 5.0834145116755402802e-5, 5.0664146998559149785e-5},
                               Case{5, 5.7505568153683300049, 3.2082405307719449992}}) {
    CHECK(relative_entropy_term(expected.r) == Approx(expected.entropy).epsilon(1e-12));
    CHECK(log1p_remainder(expected.r) == Approx(expected.logarithm).epsilon(1e-12));
  }
  CHECK(relative_entropy_term(-1) == 1);
}

}  // namespace converge::stats
