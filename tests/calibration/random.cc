#include "tests/calibration/random.h"

#include <algorithm>
#include <cmath>

namespace converge::calibration {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

std::uint64_t rotated(std::uint64_t value, unsigned by) {
  return (value << by) | (value >> (64U - by));
}

}  // namespace

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix64(seed);
}

std::uint64_t Random::bits() {
  const std::uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotated(state_[3], 45);
  return result;
}

double Random::uniform() {
  return (static_cast<double>(bits() >> 12U) + 0.5) * 0x1p-52;
}

double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  for (;;) {
    const double u = 2 * uniform() - 1;
    const double v = 2 * uniform() - 1;
    const double square = u * u + v * v;
    if (square >= 1 || square == 0) continue;
    const double factor = std::sqrt(-2 * std::log(square) / square);
    spare_ = v * factor;
    has_spare_ = true;
    return u * factor;
  }
}

double Random::exponential() {
  return -std::log(uniform());
}

double Random::lognormal(double mu, double sigma) {
  return std::exp(mu + sigma * normal());
}

std::int64_t Random::binomial_piece(std::int64_t n, double p) {
  const double odds = p / (1 - p);
  double probability = std::exp(static_cast<double>(n) * std::log1p(-p));
  double rest = uniform();
  std::int64_t k = 0;
  while (rest >= probability && k < n) {
    rest -= probability;
    ++k;
    probability *= odds * (static_cast<double>(n - k + 1) / static_cast<double>(k));
  }
  return k;
}

std::int64_t Random::binomial(std::int64_t n, double p) {
  if (p > 0.5) return n - binomial(n, 1 - p);
  if (p <= 0) return 0;
  // In a piece (1 - p)^n stays above e^-690, far from underflow.
  const auto piece = static_cast<std::int64_t>(690 / -std::log1p(-p));
  std::int64_t k = 0;
  for (; n > 0; n -= piece) k += binomial_piece(std::min(n, piece), p);
  return k;
}

std::int64_t Random::poisson(double mean) {
  static constexpr double kPiece = 600;
  std::int64_t k = 0;
  while (mean > 0) {
    const double part = std::min(mean, kPiece);
    double probability = std::exp(-part);
    double rest = uniform();
    std::int64_t drawn = 0;
    while (rest >= probability && probability > 0) {
      rest -= probability;
      ++drawn;
      probability *= part / static_cast<double>(drawn);
    }
    k += drawn;
    mean -= kPiece;
  }
  return k;
}

std::uint64_t seed_of(const char* name, int run) {
  // FNV-1a over the name, then mixed with the run.
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char* c = name; *c != 0; ++c) {
    hash = (hash ^ static_cast<unsigned char>(*c)) * 0x100000001b3U;
  }
  std::uint64_t state = hash + static_cast<std::uint64_t>(run) * 0xd1342543de82ef95U;
  return splitmix64(state);
}

}  // namespace converge::calibration
