#include "stats/floating_moments.h"

#include <rapidcheck/catch.h>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "samples.h"
#include "stats/means/ratio_moments.h"

namespace converge::stats {
namespace {

using Precise = boost::multiprecision::cpp_bin_float_100;

struct Pairs {
  std::vector<double> x;
  std::vector<double> y;
};

/// Values around an offset of any size, of which the last bits are the spread.
Pairs any_pairs(std::size_t fewest) {
  const auto n = *rc::gen::inRange<std::size_t>(fewest, 40);
  const double offset_x = *rc::gen::element(0.0, 1.0, 1e3, -1e6, 1e9, 1e12);
  const double offset_y = *rc::gen::element(0.0, 1.0, -1e9);
  Pairs pairs;
  for (std::size_t i = 0; i < n; ++i) {
    pairs.x.push_back(offset_x + *rc::gen::inRange(-10'000, 10'000) / 1000.0);
    pairs.y.push_back(offset_y + *rc::gen::inRange(-10'000, 10'000) / 7.0);
  }
  return pairs;
}

/// Within `relative` of the size that a sum of products of deviations can have.
bool near(double got, const Precise& wanted, const Precise& size, double relative) {
  return abs(Precise(got) - wanted) <= relative * size;
}

struct Parts {
  FloatingMoments a;
  FloatingMoments b;
};

Parts any_parts() {
  const Pairs pairs = any_pairs(0);
  Parts parts;
  for (std::size_t i = 0; i < pairs.x.size(); ++i) {
    (*rc::gen::arbitrary<bool>() ? parts.a : parts.b).add(pairs.x[i], pairs.y[i]);
  }
  return parts;
}

}  // namespace

TEST_CASE("Floating moments agree with 100 digits, one by one or merged in parts") {
  rc::prop("streamed and merged", [] {
    const Pairs pairs = any_pairs(2);
    const Precise n = pairs.x.size();
    Precise mean_x = 0;
    Precise mean_y = 0;
    for (const double x : pairs.x) mean_x += Precise(x) / n;
    for (const double y : pairs.y) mean_y += Precise(y) / n;
    Precise xx = 0, xy = 0, yy = 0, xxx = 0, xxy = 0, xyy = 0, yyy = 0;
    for (std::size_t i = 0; i < pairs.x.size(); ++i) {
      const Precise dx = Precise(pairs.x[i]) - mean_x;
      const Precise dy = Precise(pairs.y[i]) - mean_y;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
      xxx += dx * dx * dx;
      xxy += dx * dx * dy;
      xyy += dx * dy * dy;
      yyy += dy * dy * dy;
    }
    std::vector<FloatingMoments> parts(*rc::gen::inRange<std::size_t>(1, 5));
    for (std::size_t i = 0; i < pairs.x.size(); ++i) {
      parts[*rc::gen::inRange<std::size_t>(0, parts.size())].add(pairs.x[i], pairs.y[i]);
    }
    FloatingMoments merged;
    for (const FloatingMoments& part : parts) merged += part;

    const Precise sd_x = sqrt(xx);
    const Precise sd_y = sqrt(yy);
    for (const FloatingMoments& got : {*moments_of(pairs.x, pairs.y), merged}) {
      RC_ASSERT(got.n == static_cast<std::int64_t>(pairs.x.size()));
      RC_ASSERT(near(got.origin_x + got.mean_x, mean_x, abs(mean_x) + sd_x, 1e-15));
      RC_ASSERT(near(got.origin_y + got.mean_y, mean_y, abs(mean_y) + sd_y, 1e-15));
      RC_ASSERT(near(got.xx, xx, xx, 1e-13));
      RC_ASSERT(near(got.xy, xy, sd_x * sd_y, 1e-13));
      RC_ASSERT(near(got.yy, yy, yy, 1e-13));
      RC_ASSERT(near(got.xxx, xxx, sd_x * xx, 1e-12));
      RC_ASSERT(near(got.xxy, xxy, sd_y * xx, 1e-12));
      RC_ASSERT(near(got.xyy, xyy, sd_x * yy, 1e-12));
      RC_ASSERT(near(got.yyy, yyy, sd_y * yy, 1e-12));
    }
  });
}

TEST_CASE("Merging floating moments: the same bits in either order, and an identity") {
  rc::prop("commutative and neutral", [] {
    const Parts parts = any_parts();
    FloatingMoments left = parts.a;
    left += parts.b;
    FloatingMoments right = parts.b;
    right += parts.a;
    RC_ASSERT(left == right);
    FloatingMoments same = parts.a;
    same += FloatingMoments{};
    FloatingMoments also_same;
    also_same += parts.a;
    RC_ASSERT(same == parts.a && also_same == parts.a);
  });
}

TEST_CASE("Ratio moments agree with 100 digits, one by one or merged in parts") {
  rc::prop("streamed and merged", [] {
    const auto n = *rc::gen::inRange<std::size_t>(2, 40);
    const double ratio = *rc::gen::element(0.0, 0.1, -3.0, 1e6);
    const double noise = *rc::gen::element(1.0, 1e-3, 1e-9) * (std::abs(ratio) + 1);
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t i = 0; i < n; ++i) {
      y.push_back(*rc::gen::inRange(i == 0 ? 1 : 0, 1000) * 1.0);
      x.push_back(ratio * y[i] + noise * *rc::gen::inRange(-1000, 1000));
    }
    Precise sum_x = 0;
    Precise sum_y = 0;
    for (std::size_t i = 0; i < n; ++i) {
      sum_x += x[i];
      sum_y += y[i];
    }
    const Precise exact = sum_x / sum_y;
    Precise second = 0;
    Precise third = 0;
    Precise size = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const Precise residual = (Precise(x[i]) - exact * y[i]) / (sum_y / n);
      second += residual * residual;
      third += residual * residual * residual;
      size += abs(residual * residual * residual);
    }
    RC_PRE(second > 0);
    std::vector<RatioMoments> parts(*rc::gen::inRange<std::size_t>(1, 4));
    for (std::size_t i = 0; i < n; ++i) {
      parts[*rc::gen::inRange<std::size_t>(0, parts.size())].add(x[i], y[i]);
    }
    RatioMoments merged;
    RatioMoments reversed;
    for (std::size_t i = 0; i < parts.size(); ++i) merged += parts[i];
    for (std::size_t i = parts.size(); i-- > 0;) reversed += parts[i];
    for (const RatioMoments& got : {*ratio_moments_of(x, y), merged, reversed}) {
      const auto sample = ratio_sample_of(got);
      RC_ASSERT(sample.has_value());
      RC_ASSERT(near(sample->mean, exact, abs(exact) + sqrt(second), 1e-12));
      RC_ASSERT(near(sample->variance * static_cast<double>(n - 1), second, second, 1e-6));
      RC_ASSERT(near(sample->third_central_moment * static_cast<double>(n), third, size, 1e-5));
    }
  });
}

TEST_CASE("Units of floating values from 1e-9 to 1e9 change units only") {
  rc::prop("samples and ratios", [] {
    const Pairs pairs = any_pairs(3);
    const double unit = *rc::gen::element(1e-9, 1e-3, 1e3, 1e9);
    Pairs other;
    for (const double x : pairs.x) other.x.push_back(x * unit);
    for (const double y : pairs.y) other.y.push_back(y / unit);
    const auto plain = moments_of(pairs.x, pairs.y);
    const auto scaled = moments_of(other.x, other.y);
    const Sample x = *sample_of_x(*plain);
    const Sample scaled_x = *sample_of_x(*scaled);
    // What a product with the unit rounds off a value is all that may show.
    const double rounding = 4e-16 * std::abs(x.mean) / std::sqrt(x.variance + 1e-300);
    RC_ASSERT(close(scaled_x.mean / unit, x.mean, 1e-9) ||
              std::abs(scaled_x.mean / unit - x.mean) < 1e-12 * std::sqrt(x.variance));
    if (x.variance > 0) {
      RC_ASSERT(close(scaled_x.variance / unit / unit, x.variance, 1e-12 + 4 * rounding));
    }
  });
  rc::prop("ratios", [] {
    const double unit = *rc::gen::element(1e-9, 1e-3, 1e3, 1e9);
    RatioMoments plain;
    RatioMoments scaled;
    for (int i = 0; i < 20; ++i) {
      const double x = *rc::gen::inRange(-10'000, 10'000) / 1000.0;
      const double y = *rc::gen::inRange(1, 1000);
      plain.add(x, y);
      scaled.add(x * unit, y / unit);
    }
    const auto sample = ratio_sample_of(plain);
    const auto other = ratio_sample_of(scaled);
    RC_ASSERT(sample.has_value() && other.has_value());
    const double unit2 = unit * unit;
    // The first unit's ratio may lie 1e4 residuals away: that costs digits of second and third
    // order.
    const double sd = std::sqrt(sample->variance);
    const double rounding = 1e-15 * std::abs(sample->mean);
    RC_ASSERT(std::abs(other->mean / unit2 - sample->mean) <= 1e-11 * sd + rounding);
    RC_ASSERT(std::abs(std::sqrt(other->variance) / unit2 - sd) <= 1e-9 * sd + rounding);
    RC_ASSERT(std::abs(other->third_central_moment / unit2 / unit2 / unit2 -
                       sample->third_central_moment) <=
              1e-6 * sd * sd * sd + rounding * rounding * rounding);
  });
}

}  // namespace converge::stats
