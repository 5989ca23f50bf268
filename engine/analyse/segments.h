#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "engine/ledger/experiment_moments.h"

/// Internal to engine/analyse.
namespace converge {

/// a + b, cell by cell; an empty side counts as zeros.
Cells added(const Cells& a, const Cells& b);

/// Values per attribute that are shown under their own name: the `values_max` most frequent among
/// the exposed units of all metrics together, equal counts by bytes. Chosen once for both
/// populations and all metrics, so that tables match.
class SegmentNames {
 public:
  SegmentNames(const ExperimentMoments& moments, std::size_t values_max);

  /// The same cells with everything beyond the limit added up as "(other)"; attributes in the order
  /// of the definition, values by bytes, "(other)" last.
  std::vector<std::pair<SegmentName, Cells>> grouped(
      const std::map<SegmentName, Cells>& cells) const;

 private:
  std::vector<std::string> attributes_;
  std::map<SegmentName, bool> shown_;
};

}  // namespace converge
