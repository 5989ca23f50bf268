#include "engine/look_history.h"

#include <algorithm>

#include "base/check.h"
#include "engine/decide/looks.h"

namespace converge {
namespace {

/// Newest stored looks that are read back at a start; a daily schedule fills them in years.
constexpr std::size_t kLooksMax = 2'000;

}  // namespace

Result<LookHistory> LookHistory::load(ControlStore& control, const ExperimentEntry& entry) {
  CONVERGE_CHECK(entry.started_at.has_value());
  LookHistory history;
  history.started_at_ = *entry.started_at;
  history.scheduled_until_ = *entry.started_at;
  auto looks = control.looks(entry.definition.key, history.started_at_, Time::max(), kLooksMax);
  if (!looks) return looks.error();
  std::sort(looks->begin(), looks->end(),
            [](const StoredLook& a, const StoredLook& b) { return a.id < b.id; });
  for (const StoredLook& look : *looks) history.add(look);
  return history;
}

std::string LookHistory::statement_of(const StoredLook& look) {
  std::string statement = name_of(look.decision.kind);
  switch (look.decision.kind) {
    case DecisionKind::kKeepRunning:
    case DecisionKind::kPromote:
      // Ticks never ship: after a recommended promotion they have nothing new to say.
      return "";
    case DecisionKind::kBlocked:
      for (const Block& block : look.evidence.health.blocks) {
        statement += std::string(" ") + name_of(block.reason);
      }
      return statement;
    case DecisionKind::kRollBack:
    case DecisionKind::kInconclusive:
    case DecisionKind::kNextStep:
    case DecisionKind::kFinish:
      return statement + (look.acted ? " acted" : " recommended");
  }
  CONVERGE_CHECK(false);
  return statement;
}

bool LookHistory::was_undone(const Decision& decision, const ExperimentEntry& acting,
                             const TimeZone& zone) const {
  if (decision.kind == DecisionKind::kNextStep) return false;
  return std::any_of(acted_.begin(), acted_.end(), [&](const Acted& acted) {
    if (acted.decision.kind != decision.kind || acted.decision.variant != decision.variant) {
      return false;
    }
    return decision.kind != DecisionKind::kInconclusive ||
           calendar_facts(acting, zone, acted.look_time).max_days_reached;
  });
}

void LookHistory::add(const StoredLook& look) {
  if (look.kind != LookKind::kTick) {
    scheduled_until_ = std::max(scheduled_until_, look.evidence.look_time);
  }
  statement_ = statement_of(look);
  if (look.acted) acted_.push_back({look.decision, look.evidence.look_time});
}

}  // namespace converge
