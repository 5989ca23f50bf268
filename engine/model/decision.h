#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/model/catalog.h"
#include "engine/model/ids.h"

namespace converge {

/// What the rule says now. The engine acts on all but kKeepRunning and kBlocked.
enum class DecisionKind {
  kKeepRunning,
  kBlocked,       ///< broken data: nothing acts until the cause is gone
  kPromote,       ///< ship `variant`
  kRollBack,      ///< proven harm beyond the margin
  kInconclusive,  ///< max_days reached without a winner
  kNextStep,      ///< ramping: the hold is over, no harm: the next share
  kFinish,        ///< watching: holdback_days are over
};
const char* name_of(DecisionKind kind);

struct Decision {
  DecisionKind kind = DecisionKind::kKeepRunning;
  std::optional<VariantKey> variant;  ///< kPromote: the winner
  std::string rule;                   ///< the clause that fired: "decision.on_guardrail_breach"
  std::string reason;                 ///< for people, with the numbers it compared
  bool operator==(const Decision&) const = default;
};

/// Why the engine looked.
enum class LookKind {
  kScheduled,      ///< success and non-inferiority may be read
  kScheduledLate,  ///< the latest of several missed looks
  kTick,           ///< only breach and deterioration may be read
};
const char* name_of(LookKind kind);

/// Calls that people make (POST /v1/experiments/{key}/actions). Pausing and freezing need
/// stickiness.
enum class ActionKind {
  kStart,
  kPromote,
  kRollback,
  kPauseEnrolment,
  kResumeEnrolment,
  kFreeze,
  kKill,
  kRestart,
  kExtend,
  kConclude,
  kUndo
};
const char* name_of(ActionKind kind);

struct Action {
  ActionKind kind = ActionKind::kStart;
  ExperimentKey experiment;
  std::optional<VariantKey> variant;  ///< kPromote
  int days = 0;                       ///< kExtend
  std::string actor;                  ///< the key's name, or "converge" for the engine itself
  std::string note;
  bool operator==(const Action&) const = default;
};

/// One line of the audit log: who changed what from which catalog version to which, and why.
struct AuditEntry {
  std::int64_t id = 0;  ///< given by the store, increasing
  Time at{};
  std::string actor;
  std::string action;  ///< "apply", "promote", "rollback", "next-step", "undo" ...
  std::optional<ExperimentKey> experiment;
  CatalogVersion before{};
  CatalogVersion after{};
  std::string detail;
  std::int64_t look = 0;  ///< id of the stored look that led to it; 0: none
  bool operator==(const AuditEntry&) const = default;
};

}  // namespace converge
