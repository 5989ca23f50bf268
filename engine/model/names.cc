#include "base/check.h"
#include "engine/model/catalog.h"
#include "engine/model/decision.h"
#include "engine/model/event.h"
#include "engine/model/evidence.h"
#include "engine/model/value.h"

/// Every stored and shown name of an enumerator of engine/model, in one place: changing one changes
/// stored documents.
namespace converge {

const char* name_of(Value::Type type) {
  switch (type) {
    case Value::Type::kNull:
      return "null";
    case Value::Type::kBoolean:
      return "boolean";
    case Value::Type::kNumber:
      return "number";
    case Value::Type::kString:
      return "string";
    case Value::Type::kArray:
      return "array";
    case Value::Type::kObject:
      return "object";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(EventType type) {
  switch (type) {
    case EventType::kExposure:
      return "exposure";
    case EventType::kOutcome:
      return "outcome";
    case EventType::kLink:
      return "link";
    case EventType::kRetract:
      return "retract";
    case EventType::kErase:
      return "erase";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(Undefined reason) {
  switch (reason) {
    case Undefined::kNoUnits:
      return "no_units";
    case Undefined::kOneUnit:
      return "one_unit";
    case Undefined::kZeroVariance:
      return "zero_variance";
    case Undefined::kZeroDenominator:
      return "zero_denominator";
    case Undefined::kControlMeanZero:
      return "control_mean_zero";
    case Undefined::kUnbounded:
      return "unbounded";
    case Undefined::kNotEnoughData:
      return "not_enough_data";
    case Undefined::kNotForThisMetric:
      return "not_for_this_metric";
    case Undefined::kNoWindow:
      return "no_window";
    case Undefined::kAddedLater:
      return "added_later";
    case Undefined::kSeveralStrata:
      return "several_strata";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNotEnoughData:
      return "not_enough_data";
    case Verdict::kNoDifferenceYet:
      return "no_difference_yet";
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(HarmVerdict verdict) {
  switch (verdict) {
    case HarmVerdict::kNotEnoughData:
      return "not_enough_data";
    case HarmVerdict::kUndecided:
      return "undecided";
    case HarmVerdict::kNonInferior:
      return "non_inferior";
    case HarmVerdict::kBreach:
      return "breach";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(BlockReason reason) {
  switch (reason) {
    case BlockReason::kSampleRatioMismatch:
      return "sample_ratio_mismatch";
    case BlockReason::kCrossovers:
      return "crossovers";
    case BlockReason::kLinkedCrossovers:
      return "linked_crossovers";
    case BlockReason::kAssignmentMismatches:
      return "assignment_mismatches";
    case BlockReason::kOverflow:
      return "overflow";
    case BlockReason::kNoData:
      return "no_data";
    case BlockReason::kStaleData:
      return "stale_data";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(WarningReason reason) {
  switch (reason) {
    case WarningReason::kLinkRate:
      return "link_rate";
    case WarningReason::kLinkedSampleRatio:
      return "linked_sample_ratio";
    case WarningReason::kUnlinkedSampleRatio:
      return "unlinked_sample_ratio";
    case WarningReason::kCarryOver:
      return "carry_over";
    case WarningReason::kOversizedComponents:
      return "oversized_components";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(ExperimentState state) {
  switch (state) {
    case ExperimentState::kDraft:
      return "draft";
    case ExperimentState::kRunning:
      return "running";
    case ExperimentState::kRamping:
      return "ramping";
    case ExperimentState::kWatching:
      return "watching";
    case ExperimentState::kPromoted:
      return "promoted";
    case ExperimentState::kRolledBack:
      return "rolled_back";
    case ExperimentState::kStopped:
      return "stopped";
    case ExperimentState::kInconclusive:
      return "inconclusive";
    case ExperimentState::kConcluded:
      return "concluded";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(Enrolment enrolment) {
  switch (enrolment) {
    case Enrolment::kOpen:
      return "open";
    case Enrolment::kPaused:
      return "paused";
    case Enrolment::kFrozen:
      return "frozen";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::kKeepRunning:
      return "keep_running";
    case DecisionKind::kBlocked:
      return "blocked";
    case DecisionKind::kPromote:
      return "promote";
    case DecisionKind::kRollBack:
      return "roll_back";
    case DecisionKind::kInconclusive:
      return "inconclusive";
    case DecisionKind::kNextStep:
      return "next_step";
    case DecisionKind::kFinish:
      return "finish";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(LookKind kind) {
  switch (kind) {
    case LookKind::kScheduled:
      return "scheduled";
    case LookKind::kScheduledLate:
      return "scheduled_late";
    case LookKind::kTick:
      return "tick";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* name_of(ActionKind kind) {
  switch (kind) {
    case ActionKind::kStart:
      return "start";
    case ActionKind::kPromote:
      return "promote";
    case ActionKind::kRollback:
      return "rollback";
    case ActionKind::kPauseEnrolment:
      return "pause-enrolment";
    case ActionKind::kResumeEnrolment:
      return "resume-enrolment";
    case ActionKind::kFreeze:
      return "freeze";
    case ActionKind::kKill:
      return "kill";
    case ActionKind::kRestart:
      return "restart";
    case ActionKind::kExtend:
      return "extend";
    case ActionKind::kConclude:
      return "conclude";
    case ActionKind::kUndo:
      return "undo";
  }
  CONVERGE_CHECK(false);
  return "";
}

}  // namespace converge
