#pragma once

#include "base/result.h"
#include "engine/analyse/analyse.h"
#include "engine/ledger/ledger.h"
#include "engine/model/catalog.h"
#include "engine/model/evidence.h"
#include "engine/ports.h"

namespace converge {

/// A look at any moment, computed from the log alone: a fresh fold of the records with seq <= the
/// log's last row and ts < look_time under `catalog`, then analyse(). kNotFound for an unknown
/// experiment (with the nearest key), kConflict for one that has not started by then. O(log).
Result<Evidence> look_at(EventLog& log, const Catalog& catalog, const ExperimentKey& key,
                         Time look_time, const LedgerOptions& ledger, const HealthLimits& limits);

}  // namespace converge
