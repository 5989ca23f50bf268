#pragma once

#include "engine/model/catalog.h"
#include "engine/model/value.h"
#include "engine/ports.h"

/// How experiments and their stored looks appear in answers.
namespace converge {

/// One line of the list: key, state, flag, owner, variants with their buckets.
Value experiment_summary(const ExperimentEntry& entry);
/// The summary with the definition as last applied, phases and promotion.
Value experiment_detail(const ExperimentEntry& entry);
/// A stored look with all of its evidence.
Value look_document(const StoredLook& look);
/// A stored look as a receipt: what was decided on which evidence, without the figures.
Value receipt_document(const StoredLook& look);

}  // namespace converge
