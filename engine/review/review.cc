#include "engine/review/review.h"

#include <algorithm>

#include "engine/decide/looks.h"
#include "engine/review/figures.h"

namespace converge {
namespace {

constexpr std::size_t kLooksPerWeekMax = 2'000;
constexpr std::size_t kActionsPerWeekMax = 2'000;
constexpr std::size_t kLooksBeforePromotionMax = 50;

/// What every experiment's part of the week needs.
struct Week {
  Time from;
  Time until;  ///< end of the week, or a moment after now where the week still lasts
  Time now;
};

bool is_decision(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::kPromote:
    case DecisionKind::kRollBack:
    case DecisionKind::kInconclusive:
    case DecisionKind::kNextStep:
    case DecisionKind::kFinish:
      return true;
    case DecisionKind::kKeepRunning:
    case DecisionKind::kBlocked:
      return false;
  }
  return false;
}

/// Decisions, and blocks where they began or changed: a block that lasts is one finding, however
/// often it was seen.
std::vector<StoredLook> telling(const std::vector<StoredLook>& looks) {
  std::vector<StoredLook> told;
  const Decision* before = nullptr;
  for (const StoredLook& look : looks) {
    const auto reasons = [](const StoredLook& one) {
      std::vector<BlockReason> found;
      for (const Block& block : one.evidence.health.blocks) found.push_back(block.reason);
      return found;
    };
    const bool blocked_anew = look.decision.kind == DecisionKind::kBlocked &&
                              (before == nullptr || before->kind != DecisionKind::kBlocked ||
                               told.empty() || reasons(told.back()) != reasons(look));
    const bool decided_anew =
        is_decision(look.decision.kind) &&
        (look.acted || before == nullptr || before->kind != look.decision.kind ||
         before->variant != look.decision.variant);
    if (blocked_anew || decided_anew) told.push_back(look);
    before = &look.decision;
  }
  return told;
}

Result<std::optional<StoredLook>> newest_look(ControlStore& control, const ExperimentKey& key,
                                              Time from, Time until) {
  auto looks = control.looks(key, from, until, 1);
  if (!looks) return looks.error();
  if (looks->empty()) return std::optional<StoredLook>();
  return std::optional<StoredLook>(std::move(looks->back()));
}

/// The look that decided to promote, as long as the promotion stands.
Result<std::optional<StoredLook>> promised_look(ControlStore& control,
                                                const ExperimentEntry& entry) {
  if (!entry.promotion) return std::optional<StoredLook>();
  auto looks = control.looks(entry.definition.key, Time{},
                             entry.promotion->started_at + Duration(1), kLooksBeforePromotionMax);
  if (!looks) return looks.error();
  const auto found = std::find_if(looks->rbegin(), looks->rend(), [](const StoredLook& look) {
    return look.decision.kind == DecisionKind::kPromote;
  });
  if (found == looks->rend()) return std::optional<StoredLook>();
  return std::optional<StoredLook>(*found);
}

Status add_looks(ControlStore& control, const Week& week, ExperimentReview& review) {
  const ExperimentKey& key = review.entry.definition.key;
  auto looks = control.looks(key, week.from, week.until, kLooksPerWeekMax);
  if (!looks) return looks.error();
  if (!looks->empty()) review.newest = looks->back();
  review.decisions = telling(*looks);
  auto pair_looks = control.looks(holdback_key(key), week.from, week.until, kLooksPerWeekMax);
  if (!pair_looks) return pair_looks.error();
  for (StoredLook& look : telling(*pair_looks)) review.decisions.push_back(std::move(look));
  std::stable_sort(review.decisions.begin(), review.decisions.end(),
                   [](const StoredLook& a, const StoredLook& b) {
                     return a.evidence.look_time < b.evidence.look_time;
                   });
  auto previous = newest_look(control, key, Time{}, week.from);
  if (!previous) return previous.error();
  review.previous = std::move(*previous);
  auto holdback = newest_look(control, holdback_key(key), Time{}, week.until);
  if (!holdback) return holdback.error();
  review.holdback = std::move(*holdback);
  auto promised = promised_look(control, review.entry);
  if (!promised) return promised.error();
  review.promised = std::move(*promised);
  return {};
}

int rank(const ExperimentReview& experiment) {
  if (is_exception(experiment)) return 0;
  if (!experiment.decisions.empty()) return 1;
  switch (experiment.entry.state) {
    case ExperimentState::kRunning:
    case ExperimentState::kRamping:
    case ExperimentState::kWatching:
      return 2;
    case ExperimentState::kDraft:
    case ExperimentState::kPromoted:
    case ExperimentState::kRolledBack:
    case ExperimentState::kStopped:
    case ExperimentState::kInconclusive:
    case ExperimentState::kConcluded:
      return 3;
  }
  return 3;
}

/// The catalog in force at the end of the week: the newest version of the audit log before it.
Result<Catalog> catalog_of(ControlStore& control, const Catalog& present, const Week& week) {
  if (present.created_at < week.until) return present;
  auto newest = control.audit(Time{}, week.until, 1);
  if (!newest) return newest.error();
  if (newest->empty()) return Catalog{};
  return control.at(newest->back().after);
}

}  // namespace

Result<Review> collect_review(ControlStore& control, const Catalog& catalog,
                              const std::string& environment, const TimeZone& zone, IsoWeek week,
                              Time now) {
  Review review{week, zone.week_begin(week), zone.week_end(week), now, zone, environment, {}, {}};
  const Week span{review.from, std::min(review.until, now + Duration(1)), now};
  auto then = catalog_of(control, catalog, span);
  if (!then) return then.error().within("review");
  review.definitions_version = then->definitions_version();
  auto actions = control.audit(span.from, span.until, kActionsPerWeekMax);
  if (!actions) return actions.error().within("review");

  for (const ExperimentEntry& entry : then->experiments) {
    if (entry.state == ExperimentState::kDraft || entry.holdback_of) continue;
    ExperimentReview experiment;
    experiment.entry = entry;
    const Status added = add_looks(control, span, experiment);
    if (!added) return added.error().within("review of " + entry.definition.key.str());
    const ExperimentKey pair = holdback_key(entry.definition.key);
    for (const AuditEntry& action : *actions) {
      if (action.experiment == entry.definition.key || action.experiment == pair) {
        experiment.actions.push_back(action);
      }
    }
    if (entry.state == ExperimentState::kRunning) {
      experiment.next_look = next_look(entry, zone, std::min(review.until, now));
    }
    review.experiments.push_back(std::move(experiment));
  }
  std::stable_sort(
      review.experiments.begin(), review.experiments.end(),
      [](const ExperimentReview& a, const ExperimentReview& b) { return rank(a) < rank(b); });
  return review;
}

}  // namespace converge
