#include "bench/bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace converge::bench {
namespace {

constexpr int kRounds = 5;

struct Rounds {
  std::vector<double> ratios;
  std::vector<double> measured;
  std::vector<double> baseline;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Rounds run(const Workload& workload) {
  workload.measured();  // warm-up
  workload.baseline();
  Rounds rounds;
  for (int i = 0; i < kRounds; ++i) {
    rounds.measured.push_back(workload.measured());
    rounds.baseline.push_back(workload.baseline());
    rounds.ratios.push_back(rounds.measured.back() / rounds.baseline.back());
  }
  return rounds;
}

void print(const Workload& workload, const Rounds& rounds) {
  const auto [low, high] = std::minmax_element(rounds.ratios.begin(), rounds.ratios.end());
  std::printf(
      "{\"workload\": \"%s\", \"baseline\": \"%s\", \"ratio_median\": %.3f, \"ratio_min\": %.3f, "
      "\"ratio_max\": %.3f, "
      "\"%s_per_second_median\": %.0f, \"baseline_per_second_median\": %.0f, \"rounds\": %d}\n",
      workload.name.c_str(), workload.baseline_name.c_str(), median(rounds.ratios), *low, *high,
      workload.unit.c_str(), median(rounds.measured), median(rounds.baseline), kRounds);
}

}  // namespace

double per_second(const std::function<double()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  const double units = work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return units / took.count();
}

}  // namespace converge::bench

int main(int count, char** arguments) {
  using converge::bench::Workload;
  // With an argument only workloads whose name begins with it.
  const std::string prefix = count > 1 ? arguments[1] : "";
  std::vector<Workload> workloads = {
      converge::bench::analyse_workload(), converge::bench::best_of_workload(),
      converge::bench::group_sequential_workload(), converge::bench::ingest_workload()};
  for (Workload& workload : converge::bench::assign_workloads()) {
    workloads.push_back(std::move(workload));
  }
  for (const Workload& workload : workloads) {
    if (workload.name.rfind(prefix, 0) != 0) continue;
    converge::bench::print(workload, converge::bench::run(workload));
  }
  return 0;
}
