#pragma once

#include <vector>

#include "base/result.h"
#include "engine/model/catalog.h"

/// Who may take part at all: the holdout above all layers, and the segments of layers that
/// experiments take and give back. Used by apply and transition only.
namespace converge {

/// Buckets of the layer that no experiment but `except` holds.
BucketRanges free_segments(const Catalog& catalog, const LayerKey& layer,
                           const ExperimentKey& except);

/// `held` with the lowest free buckets added, or its highest ones given back, until it has `wanted`
/// buckets: nobody who stays is moved. kConflict when too few are free.
Result<BucketRanges> resized_segments(const BucketRanges& held, const BucketRanges& free,
                                      int wanted);

/// The filters of a native experiment that holds these segments.
std::vector<EnrolmentFilter> enrolment_filters(const Definitions& definitions,
                                               const ExperimentDefinition& experiment,
                                               const BucketRanges& segments);

/// `filters` of an experiment in a layer, for the units outside its segments.
std::vector<EnrolmentFilter> outside_filters(std::vector<EnrolmentFilter> filters);

/// The share of those whom `before` lets in that `after` keeps out, in [0, 1]. Filters of different
/// seeds are independent.
double excluded_share(const std::vector<EnrolmentFilter>& before,
                      const std::vector<EnrolmentFilter>& after);

/// Whether units were inside the experiment's segments earlier in this randomisation and are not
/// any more.
bool has_returned_segments(const ExperimentEntry& entry);

}  // namespace converge
