#include "stats/bandits/bandit_weights.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "stats/bayes/best_of_k.h"

namespace converge::stats {

TEST_CASE("Thompson weights: the floor is kept and the rest shared") {
  const auto weights = thompson_weights(std::vector<double>{0.9, 0.1, 0}, 0.01);
  REQUIRE(weights);
  CHECK((*weights)[0] == Approx(0.01 + 0.97 * 0.9).epsilon(1e-15));
  CHECK((*weights)[2] == Approx(0.01).epsilon(1e-15));
  CHECK(thompson_weights(std::vector<double>{0.9, 0.1, 0}, 1.0 / 3).value()[0] == Approx(1.0 / 3));
}

TEST_CASE("Top-two weights: by hand") {
  // Draws: leader j with w_j, then another i with w_i / (1 - w_j); w = (1/2, 1/3, 1/6).
  const auto weights =
      top_two_weights(std::vector<double>{1.0 / 2, 1.0 / 3, 1.0 / 6}, {.beta = 0.5, .floor = 0});
  REQUIRE(weights);
  const double second_of_first = 1.0 / 3 * (1.0 / 2) / (2.0 / 3) + 1.0 / 6 * (1.0 / 2) / (5.0 / 6);
  CHECK((*weights)[0] == Approx(0.5 * 0.5 + 0.5 * second_of_first).epsilon(1e-15));
  double sum = 0;
  for (const double weight : *weights) sum += weight;
  CHECK(sum == Approx(1).epsilon(1e-15));
}

TEST_CASE("Top-two weights: two arms share by beta only") {
  // The second of two is always the other one.
  for (const double w : {0.5, 0.9, 1 - 1e-12, 1.0}) {
    const auto weights = top_two_weights(std::vector<double>{w, 1 - w}, {.beta = 0.7, .floor = 0});
    REQUIRE(weights);
    CHECK((*weights)[0] == Approx(0.7 * w + 0.3 * (1 - w)).epsilon(1e-12));
  }
}

TEST_CASE("Top-two weights: a nearly certain leader leaves the others their proportions") {
  const auto weights =
      top_two_weights(std::vector<double>{1, 3e-40, 1e-40}, {.beta = 0.5, .floor = 0});
  REQUIRE(weights);
  CHECK((*weights)[0] == Approx(0.5));
  CHECK((*weights)[1] == Approx(0.375));
  CHECK((*weights)[2] == Approx(0.125));
  const auto certain = top_two_weights(std::vector<double>{0, 1, 0}, {.beta = 0.6, .floor = 0});
  REQUIRE(certain);
  CHECK((*certain)[0] == Approx(0.2));
  CHECK((*certain)[1] == Approx(0.6));
  CHECK(top_two_weights(std::vector<double>{1}, {.beta = 0.5, .floor = 0}).value()[0] == 1);
}

TEST_CASE("Bandit weights: probabilities far apart keep their ratio from the posteriors on") {
  // Twenty standard deviations behind, but one of them much closer than the other.
  const auto best =
      best_of_normals(std::vector<NormalPosterior>{{0, 1}, {-20, 1}, {-30, 1}},
                      {.best_is = BestIs::kLargest, .precision = TailPrecision::kRelative});
  REQUIRE(best);
  const auto weights = top_two_weights(best->probability_best, {.beta = 0.5, .floor = 0});
  REQUIRE(weights);
  CHECK((*weights)[1] == Approx(0.5).epsilon(1e-6));
  CHECK((*weights)[2] > 0);
  CHECK((*weights)[2] < 1e-40);
}

TEST_CASE("Bandit weights: bad input has a name") {
  const auto code = [](const std::vector<double>& probabilities, double floor) {
    return thompson_weights(probabilities, floor).error().code;
  };
  CHECK(code({}, 0) == Errc::kInvalidArgument);
  CHECK(code({0.5, 0.4}, 0) == Errc::kInvalidArgument);
  CHECK(code({1.5, -0.5}, 0) == Errc::kInvalidArgument);
  CHECK(code({NAN, 1}, 0) == Errc::kInvalidArgument);
  CHECK(code({0.5, 0.5}, 0.6) == Errc::kInvalidArgument);
  CHECK(code({0.5, 0.5}, -0.1) == Errc::kInvalidArgument);
  CHECK(top_two_weights(std::vector<double>{0.5, 0.5}, {.beta = 0, .floor = 0}).error().code ==
        Errc::kInvalidArgument);
}

}  // namespace converge::stats
