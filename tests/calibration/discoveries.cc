#include "tests/calibration/discoveries.h"

#include <algorithm>
#include <cmath>

#include "stats/distributions.h"
#include "stats/multiplicity/step_up.h"
#include "stats/sequential/e_values.h"
#include "stats/sequential/planned_effect_cs.h"
#include "tests/calibration/asymptotic_methods.h"
#include "tests/calibration/random.h"

namespace converge::calibration {
namespace {

constexpr std::size_t kMetrics = 20;
constexpr std::size_t kMoved = 4;
constexpr int kLooks = 50;
constexpr double kDrift = 3.2;        ///< z of a moved metric at the last look, on average
constexpr double kCorrelation = 0.5;  ///< between metrics, through one common factor

/// z of every metric at every look.
using Path = std::vector<std::vector<double>>;

Path draw_path(Random& random) {
  Path path;
  std::vector<double> sum(kMetrics);
  for (int look = 1; look <= kLooks; ++look) {
    const double common = std::sqrt(kCorrelation) * random.normal();
    std::vector<double> z;
    for (std::size_t i = 0; i < kMetrics; ++i) {
      sum[i] += common + std::sqrt(1 - kCorrelation) * random.normal();
      z.push_back(sum[i] / std::sqrt(look) +
                  (i < kMoved ? kDrift * std::sqrt(static_cast<double>(look) / kLooks) : 0));
    }
    path.push_back(std::move(z));
  }
  return path;
}

std::vector<double> p_two_sided(const std::vector<double>& z) {
  std::vector<double> p;
  p.reserve(z.size());
  for (const double value : z) p.push_back(2 * stats::normal_upper(std::abs(value)));
  return p;
}

std::vector<bool> below_alpha(const std::vector<double>& p) {
  std::vector<bool> rejected;
  rejected.reserve(p.size());
  for (const double value : p) rejected.push_back(value <= kAlpha);
  return rejected;
}

std::vector<bool> by_bh(const Path& path) {
  return below_alpha(*stats::benjamini_hochberg_adjusted(p_two_sided(path.back())));
}

std::vector<bool> uncorrected(const Path& path) {
  return below_alpha(p_two_sided(path.back()));
}

std::vector<bool> by_e_bh(const Path& path) {
  std::vector<bool> most(kMetrics);
  for (std::size_t look = 0; look < path.size(); ++look) {
    std::vector<double> log_e;
    for (const double z : path[look]) {
      stats::Difference difference;
      difference.estimate = z;
      difference.variance = 1;
      difference.harmonic_n = static_cast<double>(look + 1);
      log_e.push_back(stats::planned_effect_cs_two_sided(
                          difference, {.alpha = kAlpha, .planned_harmonic_n = kLooks})
                          ->log_e);
    }
    const std::vector<bool> rejected = *stats::e_bh(log_e, {.alpha = kAlpha});
    if (std::count(rejected.begin(), rejected.end(), true) >
        std::count(most.begin(), most.end(), true)) {
      most = rejected;
    }
  }
  return most;
}

DiscoveryRate rate(std::string name, int runs, std::vector<bool> (*procedure)(const Path&)) {
  DiscoveryRate result{std::move(name), runs};
  double squares = 0;
  for (int run = 0; run < runs; ++run) {
    Random random(seed_of("discoveries", run));
    const std::vector<bool> rejected = procedure(draw_path(random));
    const auto found = std::count(rejected.begin(), rejected.begin() + kMoved, true);
    const auto false_ones = std::count(rejected.begin() + kMoved, rejected.end(), true);
    const double share = static_cast<double>(false_ones) /
                         static_cast<double>(std::max<std::ptrdiff_t>(1, found + false_ones));
    result.false_rate += share / runs;
    squares += share * share / runs;
    result.found += static_cast<double>(found) / kMoved / runs;
  }
  result.standard_error = std::sqrt((squares - result.false_rate * result.false_rate) / runs);
  return result;
}

}  // namespace

std::vector<DiscoveryRate> false_discoveries(int runs) {
  return {rate("Benjamini-Hochberg, one look", runs, by_bh),
          rate("e-BH, stopped at its best look", runs, by_e_bh),
          rate("no correction, one look", runs, uncorrected)};
}

}  // namespace converge::calibration
