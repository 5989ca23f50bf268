#pragma once

#include <string>
#include <vector>

namespace converge::calibration {

/// The full simulation as text, and every claim that it refutes (or negative control that it does
/// not).
struct Report {
  std::string text;
  std::vector<std::string> unexpected;
};

Report peeking_report(int runs);    ///< false positives in the peers' scenarios, three splits
Report condition_report(int runs);  ///< ratio, CUPED, maturing, ramp, with their negative controls
Report power_report(int runs);
Report claims_report(int runs);  ///< what is no comparison of two means under peeking

}  // namespace converge::calibration
