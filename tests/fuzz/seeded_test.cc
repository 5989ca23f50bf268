#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <random>

#include "tests/fuzz/targets.h"

/// The small version of `make fuzz`: inputs made from the seeds by a fixed sequence of mutations.
/// CONVERGE_FUZZ_RUNS says how many per target.
namespace converge::fuzz {
namespace {

constexpr int kRunsUsual = 500;
constexpr std::size_t kInputBytesMax = 20'000;
/// Far beyond what any input needs, also under sanitizers: beyond it, something stalls.
constexpr std::chrono::seconds kLongest{20};

int runs() {
  const char* wanted = std::getenv("CONVERGE_FUZZ_RUNS");
  return wanted == nullptr ? kRunsUsual : std::atoi(wanted);
}

class Mutator {
 public:
  explicit Mutator(const Target& target) : target_(target), random_(20261127) {}

  std::string next() {
    std::string input = any_seed();
    const std::size_t mutations = 1 + below(8);
    for (std::size_t i = 0; i < mutations; ++i) mutate(input);
    if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
    return input;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const std::string& any_seed() { return target_.seeds[below(target_.seeds.size())]; }

  void mutate(std::string& input) {
    const std::size_t at = below(input.size() + 1);
    switch (below(6)) {
      case 0:
        if (!input.empty()) input[below(input.size())] = static_cast<char>(random_() & 0xFF);
        return;
      case 1:
        input.insert(at, dictionary()[below(dictionary().size())]);
        return;
      case 2:
        input.erase(at, below(12));
        return;
      case 3: {
        const std::string piece = input.substr(at, below(40));
        for (std::size_t i = below(12); i > 0; --i) input.insert(at, piece);
        return;
      }
      case 4: {
        const std::string& other = any_seed();
        input.insert(at, other.substr(below(other.size() + 1), below(60)));
        return;
      }
      default:
        std::swap(input[below(input.size())], input[below(input.size())]);
        return;
    }
  }

  const Target& target_;
  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("Fuzz: nothing that strangers write stalls or crashes what reads it") {
  for (const Target& target : targets()) {
    Mutator mutator(target);
    std::chrono::steady_clock::duration longest{};
    std::string slowest;
    const auto run = [&](const std::string& input) {
      const auto begin = std::chrono::steady_clock::now();
      target.run(input);
      const auto took = std::chrono::steady_clock::now() - begin;
      if (took <= longest) return;
      longest = took;
      slowest = input;
    };
    for (const std::string& seed : target.seeds) run(seed);
    for (int i = 0; i < runs(); ++i) run(mutator.next());
    INFO(target.name << ": " << slowest.substr(0, 2'000));
    CHECK(longest < kLongest);
  }
}

}  // namespace converge::fuzz
