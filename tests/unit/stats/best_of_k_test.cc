#include "stats/bayes/best_of_k.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "stats/distributions.h"

namespace converge::stats {
namespace {

constexpr BestOfKOptions kAbsolute{.best_is = BestIs::kLargest,
                                   .precision = TailPrecision::kAbsolute};
constexpr BestOfKOptions kRelative{.best_is = BestIs::kLargest,
                                   .precision = TailPrecision::kRelative};

}  // namespace

TEST_CASE("Best of k: two normals have a closed form, down to 1e-300") {
  for (const double shift : {0.0, 0.5, -3.0, 10.0, -45.0}) {
    const std::vector<NormalPosterior> arms{{0, 1}, {shift, 0.75}};
    const auto best = best_of_normals(arms, kRelative);
    REQUIRE(best);
    const double sd = 1.25;
    CHECK(best->probability_best[1] == Approx(normal_cdf(shift / sd)).epsilon(1e-9));
    CHECK(best->probability_best[0] == Approx(normal_upper(shift / sd)).epsilon(1e-9));
    CHECK(best->expected_loss[0] - best->expected_loss[1] == Approx(shift).epsilon(1e-12));
  }
}

TEST_CASE("Best of k: equal arms share evenly, and the maximum of normals is as tabulated") {
  // E max of k standard normals, Harter (1961) Biometrika 48:151-165: 2: 1/sqrt(pi),
  // 3: 1.5/sqrt(pi), 10: 1.53875, 100: 2.50759.
  const double root_pi = std::sqrt(std::acos(-1.0));
  for (const auto& [k, expected] : std::vector<std::pair<std::size_t, double>>{
           {2, 1 / root_pi}, {3, 1.5 / root_pi}, {10, 1.53875}, {100, 2.50759}}) {
    const std::vector<NormalPosterior> arms(k, NormalPosterior{7, 2});
    const auto best = best_of_normals(arms, kAbsolute);
    REQUIRE(best);
    CHECK(best->expected_best == Approx(7 + 2 * expected).epsilon(k < 4 ? 1e-13 : 2e-6));
    for (const double share : best->probability_best) {
      CHECK(share == Approx(1.0 / static_cast<double>(k)).epsilon(1e-11));
    }
  }
}

TEST_CASE("Best of k: widths that differ a millionfold") {
  // The narrow arm is a number beside the wide ones: P = Phi(0.3) Phi(0.1) and so on.
  const std::vector<NormalPosterior> arms{{0.3, 1e-6}, {0, 1}, {0.2, 1}};
  const auto best = best_of_normals(arms, kAbsolute);
  REQUIRE(best);
  CHECK(best->probability_best[0] == Approx(normal_cdf(0.3) * normal_cdf(0.1)).epsilon(1e-9));
  // scipy 1.10.1, quad with a break at 0.3, epsabs 1e-13, for the arm that is a thousandth wide.
  const std::vector<NormalPosterior> wider{{0.3, 1e-3}, {0, 1}, {0.2, 1}};
  const auto other = best_of_normals(wider, kAbsolute);
  REQUIRE(other);
  CHECK(other->expected_best == Approx(0.843863358538925).epsilon(1e-11));
  CHECK(best->expected_best == Approx(other->expected_best).epsilon(1e-6));
  CHECK(best->probability_best[1] == Approx(other->probability_best[1]).epsilon(1e-5));
}

TEST_CASE("Best of k: two Betas and two Gammas agree with the incomplete beta function") {
  // X_a / (X_a + X_b) is Beta(shape_a, shape_b).
  for (const double shape : {0.01, 0.5, 3.0, 1e4, 1e8, 1e12}) {
    const std::vector<GammaPosterior> arms{{shape, 10}, {shape * 1.5, 14}};
    const auto best = best_of_gammas(arms, kAbsolute);
    REQUIRE(best);
    const double expected = shape > 1e7 ? 1.0 : beta_cdf(10.0 / 24, shape, shape * 1.5);
    CHECK(best->probability_best[1] == Approx(expected).epsilon(1e-10));
  }
  // B ~ Beta(n, 1) beside a uniform A: P(B > A) = n / (n + 1).
  for (const double n : {0.01, 1.0, 1e3, 1e9}) {
    const std::vector<BetaPosterior> arms{{1, 1}, {n, 1}};
    const auto best = best_of_betas(arms, kRelative);
    REQUIRE(best);
    CHECK(best->probability_best[1] == Approx(n / (n + 1)).epsilon(1e-10));
    CHECK(best->expected_loss[1] == Approx(1 / (n + 1) / (n + 2)).epsilon(1e-9));
  }
}

TEST_CASE("Best of k: a trillion trials are normal") {
  const double n = 1e12;
  const double sd = std::sqrt(0.09 * 2 / n);
  const std::vector<BetaPosterior> arms{{0.1 * n, 0.9 * n}, {0.1 * n + 5e5, 0.9 * n - 5e5}};
  const auto best = best_of_betas(arms, kRelative);
  REQUIRE(best);
  CHECK(best->probability_best[1] == Approx(normal_cdf(5e5 / n / sd)).epsilon(1e-6));
}

TEST_CASE("Best of k: the smallest of Betas is the largest of the complements") {
  const std::vector<BetaPosterior> arms{{3, 20}, {4, 17}, {1, 9}};
  const std::vector<BetaPosterior> complements{{20, 3}, {17, 4}, {9, 1}};
  const auto smallest =
      best_of_betas(arms, {.best_is = BestIs::kSmallest, .precision = TailPrecision::kAbsolute});
  const auto largest = best_of_betas(complements, kAbsolute);
  REQUIRE(smallest);
  REQUIRE(largest);
  CHECK(smallest->probability_best == largest->probability_best);
  CHECK(smallest->expected_loss == largest->expected_loss);
  CHECK(smallest->expected_best == Approx(1 - largest->expected_best).epsilon(1e-13));
}

TEST_CASE("Best of k: Student t tends to the normal, and keeps its heavy tail") {
  const auto student = best_of_students(
      std::vector<StudentPosterior>{{0, 1, 1e9}, {1, 2, 1e9}, {0.5, 0.1, 1e9}}, kAbsolute);
  const auto normal =
      best_of_normals(std::vector<NormalPosterior>{{0, 1}, {1, 2}, {0.5, 0.1}}, kAbsolute);
  REQUIRE(student);
  REQUIRE(normal);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(student->probability_best[i] == Approx(normal->probability_best[i]).epsilon(1e-8));
    CHECK(student->expected_loss[i] == Approx(normal->expected_loss[i]).epsilon(1e-8));
  }
  CHECK(best_of_students(std::vector<StudentPosterior>{{0, 1, 1}}, kAbsolute).error().code ==
        Errc::kInsufficientData);
}

TEST_CASE("Best of k: one arm is the best, without loss") {
  const auto best = best_of_normals(std::vector<NormalPosterior>{{3, 2}}, kAbsolute);
  REQUIRE(best);
  CHECK(best->probability_best[0] == 1);
  CHECK(best->expected_loss[0] == Approx(0).margin(1e-15));
  CHECK(best->expected_best == Approx(3).epsilon(1e-14));
}

TEST_CASE("Best of k: what is undefined has a name") {
  CHECK(best_of_normals({}, kAbsolute).error().code == Errc::kInvalidArgument);
  for (const double bad : {0.0, -1.0, double(NAN), double(INFINITY)}) {
    CHECK(best_of_normals(std::vector<NormalPosterior>{{0, 1}, {0, bad}}, kAbsolute).error().code ==
          Errc::kInvalidArgument);
    CHECK(best_of_betas(std::vector<BetaPosterior>{{1, bad}}, kAbsolute).error().code ==
          Errc::kInvalidArgument);
    CHECK(best_of_gammas(std::vector<GammaPosterior>{{1, bad}}, kAbsolute).error().code ==
          Errc::kInvalidArgument);
  }
  CHECK(
      best_of_normals(std::vector<NormalPosterior>{{double(NAN), 1}}, kAbsolute).error().message ==
      "[0].mean: expected a finite number");
}

}  // namespace converge::stats
