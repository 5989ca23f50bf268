#include <algorithm>
#include <catch2/catch.hpp>

#include "data_set.h"

namespace converge::test {
namespace {

const ExperimentKey kExperiment("exp");

std::string moments_of(Log& log, const DataSet& data) {
  Ledger ledger(log.events(), ledger_options());
  REQUIRE(ledger.advance(catalog_at(data, data.look_time), log.last(), data.look_time));
  return ledger.moments(kExperiment)->encode();
}

std::string in_order(const DataSet& data) {
  Log log(data.look_time);
  log.append(data.bodies, RowSource::kLive);
  return moments_of(log, data);
}

std::vector<std::string> shuffled(std::vector<std::string> bodies, std::mt19937_64& random) {
  std::shuffle(bodies.begin(), bodies.end(), random);
  return bodies;
}

TEST_CASE(
    "Delivery does not matter: shuffled, sent twice and in other batches, the moments are "
    "byte-identical") {
  for (std::uint64_t seed = 1; seed <= data_sets(60); ++seed) {
    INFO("data set " << seed);
    const DataSet data = make_data_set(seed);
    std::mt19937_64 random(seed);
    std::vector<std::string> bodies = data.bodies;
    bodies.insert(bodies.end(), data.bodies.begin(), data.bodies.end());
    bodies = shuffled(bodies, random);
    Log log(data.look_time);
    while (!bodies.empty()) {
      const auto size =
          static_cast<std::ptrdiff_t>(std::min<std::size_t>(bodies.size(), 1 + random() % 40));
      log.append({bodies.end() - size, bodies.end()}, RowSource::kLive);
      bodies.erase(bodies.end() - size, bodies.end());
    }
    REQUIRE(moments_of(log, data) == in_order(data));
  }
}

TEST_CASE("Source does not matter: a complete import gives the bytes that live events give") {
  for (std::uint64_t seed = 1; seed <= data_sets(40); ++seed) {
    INFO("data set " << seed);
    const DataSet data = make_data_set(seed);
    std::mt19937_64 random(seed);
    Log log(data.look_time);
    log.append(shuffled(data.bodies, random), RowSource::kImport);
    log.complete_until(data.look_time);
    REQUIRE(moments_of(log, data) == in_order(data));
  }
}

/// A ledger that lives through the experiment: rows arrive in any order while the catalog gains
/// phases, looks go on, and the process restarts from its checkpoint.
std::string lived_through(const DataSet& data, std::mt19937_64& random, int steps) {
  Log log(data.look_time);
  Ledger ledger(log.events(), ledger_options());
  const std::vector<std::string> bodies = shuffled(data.bodies, random);
  const Time first = data.entry.phases.front().start;
  std::size_t sent = 0;
  for (int step = 1; step <= steps; ++step) {
    const std::size_t until =
        step == steps ? bodies.size() : sent + random() % (bodies.size() - sent + 1);
    log.append({bodies.begin() + static_cast<std::ptrdiff_t>(sent),
                bodies.begin() + static_cast<std::ptrdiff_t>(until)},
               RowSource::kLive);
    sent = until;
    const Time look = first + (data.look_time - first) * step / steps;
    REQUIRE(ledger.advance(catalog_at(data, look), log.last(), look));
    if (random() % 2 == 0) continue;
    Result<Ledger> restarted = Ledger::decode(ledger.encode(), log.events(), ledger_options());
    REQUIRE(restarted);
    ledger = *std::move(restarted);
  }
  REQUIRE(ledger.advance(catalog_at(data, data.look_time), log.last(), data.look_time));
  return ledger.moments(kExperiment)->encode();
}

TEST_CASE(
    "History does not matter: ticks, applied phases and restarts on the way leave the bytes of one "
    "pass") {
  for (std::uint64_t seed = 1; seed <= data_sets(60); ++seed) {
    INFO("data set " << seed);
    const DataSet data = make_data_set(seed);
    std::mt19937_64 random(seed);
    REQUIRE(lived_through(data, random, 6) == in_order(data));
  }
}

}  // namespace
}  // namespace converge::test
