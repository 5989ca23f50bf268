#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "base/check.h"
#include "bench/bench.h"
#include "stats/bayes/best_of_k.h"
#include "stats/group_sequential/spending_bounds.h"

/// Deterministic quadrature against the simulation that would give two digits of the same figure.
namespace converge::bench {
namespace {

constexpr int kPlannedLooks = 100;
constexpr int kDesigns = 20;
constexpr std::size_t kArms = 10;
constexpr int kPosteriors = 400;
constexpr int kDraws = 10'000;
constexpr std::uint64_t kSeed = 1;

std::vector<double> equal_looks() {
  std::vector<double> fractions;
  for (int look = 1; look <= kPlannedLooks; ++look) {
    fractions.push_back(static_cast<double>(look) / kPlannedLooks);
  }
  return fractions;
}

std::array<stats::NormalPosterior, kArms> ten_posteriors(int shift) {
  std::array<stats::NormalPosterior, kArms> arms{};
  for (std::size_t i = 0; i < kArms; ++i) {
    const auto position = static_cast<double>((i * 7 + static_cast<std::size_t>(shift)) % kArms);
    arms[i] = {.mean = 0.1 * position, .sd = 0.2 + 0.05 * position};
  }
  return arms;
}

}  // namespace

Workload group_sequential_workload() {
  return {"group sequential: Lan-DeMets O'Brien-Fleming bounds of 100 looks",
          "10,000 simulated paths of 100 looks: the error of given bounds to two digits", "designs",
          [] {
            return per_second([] {
              const stats::SpendingPlan plan{
                  {stats::SpendingFamily::kObrienFleming, 0}, 0.05, stats::Sides::kTwo};
              for (int i = 0; i < kDesigns; ++i) {
                const auto bounds = stats::spending_bounds(plan, equal_looks());
                CONVERGE_CHECK(bounds.has_value() && bounds->size() == kPlannedLooks);
              }
              return static_cast<double>(kDesigns);
            });
          },
          [] {
            return per_second([] {
              std::mt19937_64 bits(kSeed);
              std::normal_distribution<double> step;
              double largest = 0;
              for (int path = 0; path < kDraws; ++path) {
                double sum = 0;
                for (int look = 0; look < kPlannedLooks; ++look) {
                  sum += step(bits);
                  largest = std::max(largest, sum);
                }
              }
              CONVERGE_CHECK(largest > 0);
              return 1.0;
            });
          }};
}

Workload best_of_workload() {
  return {"best of 10 normal posteriors: probabilities, expected best and losses by quadrature",
          "Monte Carlo, 10,000 draws: the same to two digits", "answers",
          [] {
            return per_second([] {
              for (int i = 0; i < kPosteriors; ++i) {
                const auto best = stats::best_of_normals(
                    ten_posteriors(i), {.best_is = stats::BestIs::kLargest,
                                        .precision = stats::TailPrecision::kAbsolute});
                CONVERGE_CHECK(best.has_value());
              }
              return static_cast<double>(kPosteriors);
            });
          },
          [] {
            return per_second([] {
              std::mt19937_64 bits(kSeed);
              std::normal_distribution<double> normal;
              const auto arms = ten_posteriors(0);
              std::array<int, kArms> wins{};
              for (int draw = 0; draw < kDraws; ++draw) {
                std::array<double, kArms> values{};
                for (std::size_t i = 0; i < kArms; ++i) {
                  values[i] = arms[i].mean + arms[i].sd * normal(bits);
                }
                const auto best = std::max_element(values.begin(), values.end());
                ++wins[static_cast<std::size_t>(best - values.begin())];
              }
              CONVERGE_CHECK(wins[0] <= kDraws);
              return 1.0;
            });
          }};
}

}  // namespace converge::bench
