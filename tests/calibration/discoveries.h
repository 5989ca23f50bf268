#pragma once

#include <string>
#include <vector>

namespace converge::calibration {

/// The mean share of false discoveries among all discoveries, 20 metrics of which 4 are moved.
struct DiscoveryRate {
  std::string name;
  int runs = 0;
  double false_rate = 0;  ///< mean of false / max(1, all)
  double standard_error = 0;
  double found = 0;  ///< mean share of the moved metrics that were discovered
  double at_most = 0.05;
};

/// Benjamini-Hochberg at one look; e-BH when one stops at the look with the most discoveries; no
/// correction as negative control.
std::vector<DiscoveryRate> false_discoveries(int runs);

}  // namespace converge::calibration
