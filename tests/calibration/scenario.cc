#include "tests/calibration/scenario.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace converge::calibration {
namespace {

constexpr double kBuyers = 0.1;
constexpr double kSpendMu = 3;

std::string two_digits(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

Population lognormal_below(std::string name, double sigma, double cap, double value_max) {
  return {std::move(name),
          [sigma, cap](Random& random, std::int64_t units, double lift, ArmSums& sums) {
            const double mu = std::log1p(lift);
            for (std::int64_t i = 0; i < units; ++i) {
              sums.add(std::min(cap, random.lognormal(mu, sigma)));
            }
          },
          value_max};
}

Population zero_inflated_below(std::string name, double cap, double value_max) {
  return {std::move(name),
          [cap](Random& random, std::int64_t units, double lift, ArmSums& sums) {
            const double mu = kSpendMu + std::log1p(lift);
            const std::int64_t buyers = random.binomial(units, kBuyers);
            for (std::int64_t i = 0; i < buyers; ++i) {
              sums.add(std::min(cap, random.lognormal(mu, 1)));
            }
            sums.n += units - buyers;
          },
          value_max};
}

/// exp(mu + 3.0902 sigma), 3.0902 the normal quantile of 99.9 %.
constexpr double kLognormal1Cap = 22;
constexpr double kLognormal2Cap = 480;
constexpr double kSpendCap = 440;

constexpr double kNoCap = std::numeric_limits<double>::infinity();

}  // namespace

Population bernoulli(double p) {
  return {"Bernoulli " + two_digits(p),
          [p](Random& random, std::int64_t units, double lift, ArmSums& sums) {
            sums.add_conversions(units, random.binomial(units, p * (1 + lift)));
          },
          1};
}

Population lognormal(double sigma) {
  return lognormal_below("lognormal " + two_digits(sigma), sigma, kNoCap, 0);
}

Population lognormal_capped(double sigma, double cap) {
  return lognormal_below("lognormal " + two_digits(sigma) + " capped", sigma, cap, cap);
}

Population zero_inflated_revenue() {
  return zero_inflated_below("zero-inflated revenue", kNoCap, 0);
}

Population zero_inflated_revenue_capped(double cap) {
  return zero_inflated_below("zero-inflated revenue capped", cap, cap);
}

Scenario plain(const Population& population, const Arrival& arrival, const Split& split,
               double lift) {
  Scenario scenario;
  scenario.name = population.name + ", " + split.name;
  scenario.looks = arrival.looks;
  scenario.planned_units = static_cast<double>(arrival.looks * arrival.units_per_look);
  scenario.planned_harmonic_n = split.treatment * (1 - split.treatment) * scenario.planned_units;
  scenario.lift = lift;
  scenario.value_max = population.value_max;
  scenario.begin = [=, add = population.add]() -> Trial {
    return [=, total = PhaseSums{}](Random& random, Look& look) mutable {
      const std::int64_t units = arrival.units_per_look * (look.index + 1);
      const auto treated = std::llround(split.treatment * static_cast<double>(units));
      PhaseSums added;
      add(random, units - treated - total.a.n, 0, added.a);
      add(random, treated - total.b.n, lift, added.b);
      total.a += added.a;
      total.b += added.b;
      const stats::StratumPair pair{total.a.sample(), total.b.sample()};
      look.difference = stats::combine_strata({&pair, 1});
      look.events_a = total.a.events;
      look.events_b = total.b.events;
      look.added = {added};
    };
  };
  return scenario;
}

std::vector<Scenario> peeking_scenarios(const Split& split) {
  return {plain(bernoulli(0.1), kMain, split, 0),
          plain(lognormal(1), kMain, split, 0),
          plain(zero_inflated_revenue(), kMain, split, 0),
          plain(bernoulli(0.005), kEarlyRare, split, 0),
          plain(bernoulli(0.02), kEarly, split, 0),
          plain(lognormal(2), kEarly, split, 0)};
}

std::vector<Scenario> power_scenarios(const Split& split) {
  return {plain(bernoulli(0.1), kMain, split, 0.10), plain(lognormal(1), kMain, split, 0.04),
          plain(zero_inflated_revenue(), kMain, split, 0.16)};
}

std::vector<Scenario> capped_peeking_scenarios(const Split& split) {
  return {plain(lognormal_capped(1, kLognormal1Cap), kMain, split, 0),
          plain(zero_inflated_revenue_capped(kSpendCap), kMain, split, 0),
          plain(lognormal_capped(2, kLognormal2Cap), kEarly, split, 0)};
}

std::vector<Scenario> capped_power_scenarios(const Split& split, double lift_factor) {
  return {plain(bernoulli(0.1), kMain, split, 0.10 * lift_factor),
          plain(lognormal_capped(1, kLognormal1Cap), kMain, split, 0.04 * lift_factor),
          plain(zero_inflated_revenue_capped(kSpendCap), kMain, split, 0.16 * lift_factor)};
}

}  // namespace converge::calibration
