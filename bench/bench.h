#pragma once

#include <functional>
#include <string>
#include <vector>

/// Speed as a ratio against a named baseline of the same run: rounds are interleaved, so that what
/// else the machine does hits both alike.
namespace converge::bench {

struct Workload {
  std::string name;
  std::string baseline_name;
  std::string unit;  ///< of what a side counts, for example "assignments"
  /// Each returns how many units it did per second.
  std::function<double()> measured;
  std::function<double()> baseline;
};

/// One side of a workload timed: `work` returns how many units it did.
double per_second(const std::function<double()>& work);

Workload analyse_workload();
std::vector<Workload> assign_workloads();
Workload best_of_workload();
Workload group_sequential_workload();
Workload ingest_workload();

}  // namespace converge::bench
