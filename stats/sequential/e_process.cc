#include "stats/sequential/e_process.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace converge::stats {

EProcess e_process_of(std::vector<double> log_e) {
  EProcess process;
  for (const double value : log_e) process.log_e_max = std::max(process.log_e_max, value);
  process.p = std::exp(-process.log_e_max);
  process.log_e = std::move(log_e);
  return process;
}

}  // namespace converge::stats
