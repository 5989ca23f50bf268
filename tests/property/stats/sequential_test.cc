// Exact and mixture methods under peeking: mirror, units, one verdict, evidence beyond double.
#include <rapidcheck/catch.h>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "samples.h"
#include "stats/sequential/asymptotic_cs.h"
#include "stats/sequential/bernoulli_e_process.h"
#include "stats/sequential/betting_cs.h"
#include "stats/sequential/bounded_mean_cs.h"
#include "stats/sequential/bounded_mean_e_process.h"
#include "stats/sequential/guarded_e_value.h"
#include "stats/sequential/msprt.h"
#include "stats/sequential/relative_contrast.h"

namespace converge::stats {
namespace {

double any_alpha() {
  return *rc::gen::element(0.2, 0.05, 0.01, 1e-5, 1e-300);
}

double any_margin() {
  return *rc::gen::element(0.0, 0.01, -0.02, 0.3, -0.4);
}

std::int64_t any_count(std::int64_t most) {
  return *rc::gen::weightedOneOf<std::int64_t>(
      {{1, rc::gen::just<std::int64_t>(0)},
       {4, rc::gen::inRange<std::int64_t>(0, std::min<std::int64_t>(most, 50) + 1)},
       {2, rc::gen::inRange<std::int64_t>(0, most + 1)}});
}

std::vector<BernoulliBlock> any_blocks() {
  std::vector<BernoulliBlock> blocks(static_cast<std::size_t>(*rc::gen::inRange(1, 6)));
  for (BernoulliBlock& block : blocks) {
    block.n_a = any_count(1'000'000);
    block.n_b = any_count(100'000);
    block.successes_a = any_count(block.n_a);
    block.successes_b = any_count(block.n_b);
  }
  return blocks;
}

std::vector<BernoulliBlock> swapped(std::vector<BernoulliBlock> blocks) {
  for (BernoulliBlock& block : blocks) {
    block = {.n_a = block.n_b,
             .successes_a = block.successes_b,
             .n_b = block.n_a,
             .successes_b = block.successes_a};
  }
  return blocks;
}

BernoulliEProcessOptions with_margin(double margin) {
  return {.margin = margin, .prior_successes = 0.18, .prior_failures = 0.18};
}

BoundedSums any_sums(double cap) {
  BoundedSums sums{};
  const int n = *rc::gen::inRange(0, 12);
  for (int i = 0; i < n; ++i) {
    const double value = *rc::gen::element(0.0, 0.001, 0.02, 0.3, 0.5, 0.999, 1.0) * cap;
    ++sums.n;
    sums.sum += value;
    sums.sum_of_squares += value * value;
    sums.sum_of_cubes += value * value * value;
  }
  return sums;
}

BoundedSums scaled(BoundedSums sums, double unit) {
  sums.sum *= unit;
  sums.sum_of_squares *= unit * unit;
  sums.sum_of_cubes *= unit * unit * unit;
  return sums;
}

std::vector<BoundedBlock> any_bounded_blocks() {
  std::vector<BoundedBlock> blocks(static_cast<std::size_t>(*rc::gen::inRange(1, 6)));
  for (BoundedBlock& block : blocks) block = {any_sums(1), any_sums(1)};
  return blocks;
}

std::vector<double> any_unit_values() {
  std::vector<double> values(static_cast<std::size_t>(*rc::gen::inRange(1, 60)));
  for (double& value : values) value = *rc::gen::inRange(0, 1001) / 1000.0;
  return values;
}

bool near(double left, double right) {
  return close(left, right, 1e-8) || std::abs(left - right) < 1e-9;
}

}  // namespace

TEST_CASE("Bernoulli e-process: swapping the arms mirrors the sides and the margin") {
  rc::prop("mirror", [] {
    const std::vector<BernoulliBlock> blocks = any_blocks();
    const std::vector<BernoulliBlock> mirror = swapped(blocks);
    const double margin = any_margin();
    const auto greater = bernoulli_e_process_greater(blocks, with_margin(margin));
    const auto less = bernoulli_e_process_less(mirror, with_margin(-margin));
    const auto two_sided = bernoulli_e_process_two_sided(blocks, with_margin(margin));
    const auto two_sided_mirror = bernoulli_e_process_two_sided(mirror, with_margin(-margin));
    RC_ASSERT(greater.has_value() && less.has_value());
    RC_ASSERT(two_sided.has_value() && two_sided_mirror.has_value());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      RC_ASSERT(std::isfinite(greater->log_e[i]) && std::isfinite(two_sided->log_e[i]));
      RC_ASSERT(near(greater->log_e[i], less->log_e[i]));
      RC_ASSERT(near(two_sided->log_e[i], two_sided_mirror->log_e[i]));
    }
    RC_ASSERT(greater->log_e_max >= 0 && greater->p <= 1);
    RC_ASSERT(near(greater->p, std::exp(-greater->log_e_max)));
  });
}

TEST_CASE("Bounded means: swapping the arms mirrors, the unit of the values does not matter") {
  rc::prop("mirror and unit", [] {
    const std::vector<BoundedBlock> blocks = any_bounded_blocks();
    const double margin = any_margin();
    const double unit = *rc::gen::element(1e-9, 1e-3, 1.0, 100.0, 1e9);
    std::vector<BoundedBlock> mirror;
    std::vector<BoundedBlock> other_unit;
    for (const BoundedBlock& block : blocks) {
      mirror.push_back({block.b, block.a});
      other_unit.push_back({scaled(block.a, unit), scaled(block.b, unit)});
    }
    const BoundedMeanOptions options{.margin = margin, .cap = 1};
    const BoundedMeanOptions options_unit{.margin = margin * unit, .cap = unit};
    const auto greater = bounded_mean_e_process_greater(blocks, options);
    const auto less = bounded_mean_e_process_less(mirror, {.margin = -margin, .cap = 1});
    const auto there = bounded_mean_e_process_greater(other_unit, options_unit);
    const auto both = bounded_mean_e_process_two_sided(blocks, options);
    const auto other_side = bounded_mean_e_process_less(blocks, options);
    RC_ASSERT(greater.has_value() && less.has_value() && there.has_value());
    RC_ASSERT(both.has_value() && other_side.has_value());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      RC_ASSERT(near(greater->log_e[i], less->log_e[i]));
      RC_ASSERT(near(greater->log_e[i], there->log_e[i]));
      RC_ASSERT(near(std::exp(both->log_e[i]),
                     (std::exp(greater->log_e[i]) + std::exp(other_side->log_e[i])) / 2));
    }
  });
}

TEST_CASE("Bounded interval: mirror, unit, and it excludes 0 iff the e-process rejects") {
  rc::prop("one verdict", [] {
    const std::vector<BoundedBlock> blocks = any_bounded_blocks();
    const double alpha = *rc::gen::element(0.9, 0.5, 0.2);
    const double unit = *rc::gen::element(1e-9, 1e9);
    std::vector<BoundedBlock> mirror;
    std::vector<BoundedBlock> other_unit;
    for (const BoundedBlock& block : blocks) {
      mirror.push_back({block.b, block.a});
      other_unit.push_back({scaled(block.a, unit), scaled(block.b, unit)});
    }
    const auto lower = bounded_mean_cs_lower(blocks, {.alpha = alpha, .cap = 1});
    const auto upper = bounded_mean_cs_upper(mirror, {.alpha = alpha, .cap = 1});
    const auto there = bounded_mean_cs_lower(other_unit, {.alpha = alpha, .cap = unit});
    RC_ASSERT(lower.has_value() && upper.has_value() && there.has_value());
    RC_ASSERT(std::abs(lower->lower + upper->upper) < 1e-7);
    RC_ASSERT(std::abs(lower->lower - there->lower / unit) < 1e-7);
    const double greater = bounded_mean_e_process_greater(blocks, {.margin = 0, .cap = 1})->last();
    RC_ASSERT((lower->lower > 0) == (greater >= -std::log(alpha)));
    const auto both = bounded_mean_cs_two_sided(blocks, {.alpha = alpha, .cap = 1});
    if (both) {
      const double log_e =
          bounded_mean_e_process_two_sided(blocks, {.margin = 0, .cap = 1})->last();
      RC_ASSERT(both->contains(0) == (log_e < -std::log(alpha)));
    }
  });
}

TEST_CASE("Bounded means: a larger cap than needed never turns into more than it is") {
  rc::prop("finite and at most the log of what the bets can win", [] {
    const std::vector<BoundedBlock> blocks = any_bounded_blocks();
    double units = 0;
    for (const BoundedBlock& block : blocks) {
      units += static_cast<double>(block.a.n + block.b.n);
    }
    const auto result = bounded_mean_e_process_greater(
        blocks, {.margin = 0, .cap = *rc::gen::element(1.0, 10.0, 1e9)});
    RC_ASSERT(result.has_value());
    RC_ASSERT(std::isfinite(result->last()));
    RC_ASSERT(result->last() <= units * std::log(5.0));
  });
}

TEST_CASE("mSPRT: mirror, units, interval and p give one verdict, p keeps its meaning") {
  rc::prop("all of them", [] {
    const double se = std::abs(any_number()) + 1e-6;
    const double z = *rc::gen::inRange(-4500, 4500) / 100.0;
    const double tau = se * std::pow(10.0, *rc::gen::inRange(-3, 6));
    const double unit = *rc::gen::element(1e-9, 1.0, 1e9);
    const MsprtOptions options{.alpha = any_alpha(), .tau = tau};
    const auto test = msprt_normal({.difference = z * se, .variance = se * se}, options);
    const auto mirror = msprt_normal({.difference = -z * se, .variance = se * se}, options);
    const auto other =
        msprt_normal({.difference = z * se * unit, .variance = se * se * unit * unit},
                     {.alpha = options.alpha, .tau = tau * unit});
    RC_ASSERT(test.has_value() && mirror.has_value() && other.has_value());
    RC_ASSERT(test->log_lambda == mirror->log_lambda);
    RC_ASSERT(test->interval.lower == -mirror->interval.upper);
    RC_ASSERT(near(test->log_lambda, other->log_lambda));
    RC_ASSERT(close(test->interval.upper * unit, other->interval.upper, 1e-8) ||
              std::abs(test->interval.upper) < 1e-6 * se);
    if (test->log_lambda > 0 && test->log_lambda < 700) {
      RC_ASSERT(close(test->p, std::exp(-test->log_lambda), 1e-9));
    }
    if (!close(test->log_lambda, -std::log(options.alpha), 1e-9)) {
      RC_ASSERT(test->interval.contains(0) == (test->p >= options.alpha));
    }
  });
}

TEST_CASE("Betting: mirrored values mirror the sequence; what it contains is not refuted") {
  rc::prop("mirror and verdict", [] {
    const std::vector<double> values = any_unit_values();
    std::vector<double> mirrored;
    mirrored.reserve(values.size());
    for (const double value : values) mirrored.push_back(1 - value);
    const BettingOptions options{.alpha = 0.05, .share_up = 0.5, .truncation = 0.5};
    const auto interval = hedged_capital_cs(values, options);
    const auto mirror = hedged_capital_cs(mirrored, options);
    RC_ASSERT(interval.has_value() == mirror.has_value());
    if (!interval) return;
    RC_ASSERT(std::abs(interval->lower - (1 - mirror->upper)) < 1e-9);
    const double m = *rc::gen::inRange(0, 1001) / 1000.0;
    const auto capital = hedged_capital(values, m, options);
    RC_ASSERT(capital.has_value());
    if (std::min(std::abs(m - interval->lower), std::abs(m - interval->upper)) > 1e-9) {
      RC_ASSERT(interval->contains(m) == (*capital < std::log(20.0)));
    }
  });
}

TEST_CASE("Guarded e-value: rejects whenever the asymptotic interval excludes the margin") {
  rc::prop("one verdict", [] {
    const Difference difference = difference_of(any_sample(), any_sample());
    const GuardedOptions options{.alpha = 0.05, .exact_share = kGuardedExactShare};
    const double exact = *rc::gen::inRange(-1000, 1000) / 100.0;
    const auto asymptotic = asymptotic_cs_lower(
        difference, AsymptoticCsOptions{.alpha = (1 - options.exact_share) * options.alpha,
                                        .planned_total_n = 10'000});
    RC_ASSERT(asymptotic.has_value());
    const auto guarded = guarded_e_value({.log_e_exact = exact,
                                          .log_e_asymptotic = asymptotic->log_e,
                                          .guard = GuardVerdict::kSatisfied},
                                         options);
    RC_ASSERT(guarded.has_value());
    RC_ASSERT(asymptotic->interval.level == 1 - guarded->alpha_asymptotic);
    if (asymptotic->interval.lower > 0 && !close(asymptotic->p, guarded->alpha_asymptotic, 1e-9)) {
      RC_ASSERT(guarded->is_rejected);
    }
    RC_ASSERT(guarded->log_e >= exact + std::log(options.exact_share) - 1e-12);
  });
}

TEST_CASE("Relative contrast: the unit of the values does not matter") {
  rc::prop("unit", [] {
    const Difference difference = difference_of(any_sample(), any_sample());
    if (difference.mean_a == 0) return;
    const double unit = *rc::gen::element(1e-9, 0.01, 1e9);
    Difference other = difference;
    other.estimate *= unit;
    other.mean_a *= unit;
    other.mean_b *= unit;
    other.variance_of_mean_a *= unit * unit;
    other.variance_of_mean_b *= unit * unit;
    other.variance *= unit * unit;
    const auto here = relative_contrast(difference);
    const auto there = relative_contrast(other);
    RC_ASSERT(here.has_value() && there.has_value());
    RC_ASSERT(close(here->estimate, there->estimate, 1e-9));
    RC_ASSERT(close(here->variance, there->variance, 1e-9));
  });
}

}  // namespace converge::stats
