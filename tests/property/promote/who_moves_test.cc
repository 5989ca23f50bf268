#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include "engine/assign/hash.h"
#include "engine/features/assigner.h"
#include "tests/unit/promote/catalog_fixture.h"

/// "Who moves": random lives of one experiment. After each step, what all 10,000 buckets are served
/// by the real Assigner is compared with what they were served before, and exactly those who may
/// change did.
namespace converge {
namespace {

constexpr int kControl = 0;

/// One unit id for every bucket of a seed: found once, by search.
const std::vector<std::string>& units_of(const std::string& seed) {
  static std::map<std::string, std::vector<std::string>> known;
  std::vector<std::string>& units = known[seed];
  if (!units.empty()) return units;
  units.resize(kBuckets);
  const std::uint32_t state = fnv1a32(seed);
  int missing = kBuckets;
  for (int i = 1; missing > 0; ++i) {
    const std::string id = "u" + std::to_string(i);
    std::string& unit = units[static_cast<std::size_t>(bucket_after(state, id))];
    if (!unit.empty()) continue;
    unit = id;
    --missing;
  }
  return units;
}

struct Served {
  std::vector<int> variant;  ///< per bucket
  std::vector<bool> is_in;   ///< member of the split or of the pair
  bool operator==(const Served&) const = default;
};

/// What the Assigner answers to one unit of each bucket of `seed`.
Served served(const Catalog& catalog, const std::string& seed) {
  const auto assigner = Assigner::compile(catalog);
  RC_ASSERT(assigner.has_value());
  Served result;
  const ExperimentEntry& entry = entry_of(catalog);
  for (const std::string& unit : units_of(seed)) {
    const auto answers = (*assigner)->assign(unit, Value{}, {}, nullptr);
    RC_ASSERT(answers.has_value());
    // Concluded: no rule, the flag falls to its default.
    const bool has_rule = !answers->empty();
    result.variant.push_back(has_rule ? entry.variant_index(answers->front().variant) : kControl);
    result.is_in.push_back(has_rule && answers->front().in_experiment);
  }
  return result;
}

enum class Step {
  kTraffic,
  kWeights,
  kNextPhase,
  kPromote,
  kNextStep,
  kFinish,
  kRollBack,
  kKill,
  kUndo,
  kExtend,
  kRestart
};
constexpr std::array kSteps = {Step::kTraffic,  Step::kWeights,  Step::kNextPhase, Step::kPromote,
                               Step::kPromote,  Step::kNextStep, Step::kNextStep,  Step::kFinish,
                               Step::kRollBack, Step::kKill,     Step::kUndo,      Step::kExtend,
                               Step::kRestart};

/// One experiment's life.
class Life {
 public:
  Life() : file_(checkout()), catalog_(running(file_)), now_(served(catalog_, seed())) {}

  void take(Step step);

 private:
  void edit_traffic();
  void edit_weights();
  void edit_next_phase();
  void edit_restart();
  void decide(DecisionKind kind, Step step);
  /// Checks what the step must keep; answers who had what before it.
  Served move_on(Catalog next, Step step);
  void check_unchanged_file() const;
  void check_promotion(const Served& before, const Served& after, const Catalog& next) const;

  Time later() { return day(++days_); }
  std::string seed() const { return entry_of(catalog_).phases.back().effective_seed; }
  ExperimentState state() const { return entry_of(catalog_).state; }

  ExperimentDefinition file_;
  Catalog catalog_;
  Served now_;  ///< under the present seed
  std::optional<std::pair<Catalog, Served>> before_action_;
  int days_ = 0;
};

Served Life::move_on(Catalog next, Step step) {
  const std::string last_seed = seed();
  const bool same_seed = entry_of(next).phases.back().effective_seed == last_seed;
  Served before = now_;
  const Served after = served(next, last_seed);
  if (step == Step::kPromote || step == Step::kNextStep || step == Step::kFinish) {
    check_promotion(before, after, next);
  }
  if (step == Step::kExtend) RC_ASSERT(before.variant == after.variant);
  if (step == Step::kRollBack || step == Step::kKill) {
    RC_ASSERT(std::count(after.variant.begin(), after.variant.end(), kControl) == kBuckets);
  }
  // Everyone is where everyone was.
  if (step == Step::kUndo) RC_ASSERT(after == before_action_->second);
  RC_ASSERT(same_seed || step == Step::kNextPhase || step == Step::kRestart);
  // An edit of the files in between may make undo fight them: it is refused then, which has its own
  // tests.
  const bool is_action = step != Step::kTraffic && step != Step::kWeights &&
                         step != Step::kNextPhase && step != Step::kRestart;
  before_action_.reset();
  if (is_action) before_action_.emplace(catalog_, before);
  catalog_ = std::move(next);
  now_ = same_seed ? after : served(catalog_, seed());
  check_unchanged_file();
  return before;
}

/// Nobody leaves the winner, nobody is moved between other variants; a former member of another arm
/// goes to the winner, or to the control when its arm is closed; the old half of the pair stays on
/// the control.
void Life::check_promotion(const Served& before, const Served& after, const Catalog& next) const {
  const Promotion& promotion = *entry_of(next).promotion;
  const BucketRange none{0, 0};
  const BucketRange old_range = promotion.holdback_old.value_or(none);
  for (int bucket = 0; bucket < kBuckets; ++bucket) {
    const auto index = static_cast<std::size_t>(bucket);
    if (before.variant[index] == promotion.winner) {
      RC_ASSERT(after.variant[index] == promotion.winner);
    }
    RC_ASSERT(after.variant[index] == promotion.winner || after.variant[index] == kControl);
    if (old_range.contains(bucket)) RC_ASSERT(after.variant[index] == kControl);
    const bool is_pair =
        old_range.contains(bucket) || promotion.holdback_winner.value_or(none).contains(bucket);
    RC_ASSERT(after.is_in[index] == is_pair);
  }
  if (entry_of(next).state == ExperimentState::kPromoted) {
    RC_ASSERT(std::count(after.variant.begin(), after.variant.end(), promotion.winner) == kBuckets);
  }
  // Present control members are taken last: while one is, no free bucket is left on the control.
  const Allocation& allocation = entry_of(next).phases.back().allocation;
  bool takes_control = false;
  bool leaves_free = false;
  for (int bucket = 0; bucket < kBuckets; ++bucket) {
    const bool in_pair =
        old_range.contains(bucket) || promotion.holdback_winner.value_or(none).contains(bucket);
    if (in_pair) continue;
    const bool has_winner = after.variant[static_cast<std::size_t>(bucket)] == promotion.winner;
    const int member = allocation.variant_of(bucket);
    if (member == kControl && has_winner) takes_control = true;
    if (member == kNoVariant && !has_winner) leaves_free = true;
  }
  RC_ASSERT_FALSE(takes_control && leaves_free);
}

/// Law of section 5: the same files change nothing, in every state.
void Life::check_unchanged_file() const {
  const auto same = plan_definitions(catalog_, only(file_), day(days_));
  RC_ASSERT(same.has_value());
  RC_ASSERT(same->changes.empty());
  RC_ASSERT(same->next == catalog_);
  Definitions other = only(file_);
  other.metrics[MetricKey("unused")] = conversion("unused", "visit");
  const auto beside = plan_definitions(catalog_, other, day(days_));
  RC_ASSERT(beside.has_value());
  RC_ASSERT(beside->next.experiments == catalog_.experiments);
}

void Life::edit_traffic() {
  ExperimentDefinition edited = file_;
  edited.traffic = *rc::gen::inRange(1, 101) * 100;
  const auto plan = plan_definitions(catalog_, only(edited), later());
  if (state() != ExperimentState::kRunning) {
    RC_ASSERT((edited.traffic == file_.traffic) == plan.has_value());
    return;
  }
  RC_ASSERT(plan.has_value());
  const int traffic = std::exchange(file_, edited).traffic;
  if (plan->changes.empty()) return;
  const std::size_t closed = entry_of(catalog_).phases.size() - 1;
  const Served before = move_on(plan->next, Step::kTraffic);
  const Served& after = now_;
  std::size_t left = 0;
  for (std::size_t bucket = 0; bucket < before.variant.size(); ++bucket) {
    if (!before.is_in[bucket]) continue;
    if (edited.traffic >= traffic) {
      RC_ASSERT(after.is_in[bucket]);
      RC_ASSERT(after.variant[bucket] == before.variant[bucket]);
    } else if (after.is_in[bucket]) {
      RC_ASSERT(after.variant[bucket] == before.variant[bucket]);
    } else {
      ++left;
    }
  }
  RC_ASSERT((left > 0) == (edited.traffic < traffic));
  RC_ASSERT(entry_of(catalog_).phases[closed].ended_by_move == (left > 0));
}

void Life::edit_weights() {
  if (state() != ExperimentState::kRunning) return;
  ExperimentDefinition edited = file_;
  const int percent = *rc::gen::inRange(10, 91);
  edited.variants[0].weight = percent / 100.0;
  edited.variants[1].weight = (100 - percent) / 100.0;
  const auto plan = plan_definitions(catalog_, only(edited), later());
  RC_ASSERT(plan.has_value());
  const Allocation from = entry_of(catalog_).phases.back().allocation;
  const Allocation to = entry_of(plan->next).phases.back().allocation;
  const auto before = from.table();
  const auto after = to.table();
  // The least that must move: the buckets that a variant has too many.
  int surplus = 0;
  for (int variant = 0; variant < 2; ++variant) {
    surplus += std::max(0, from.buckets_of(variant) - to.buckets_of(variant));
  }
  int moved = 0;
  for (std::size_t bucket = 0; bucket < before.size(); ++bucket) {
    if (before[bucket] != kNoVariant && before[bucket] != after[bucket]) ++moved;
  }
  RC_ASSERT(moved == surplus);
  if (plan->changes.empty()) return;
  RC_ASSERT(entry_of(plan->next).phases[entry_of(catalog_).phases.size() - 1].ended_by_move ==
            (moved > 0));
  file_ = edited;
  move_on(plan->next, Step::kWeights);
}

void Life::edit_next_phase() {
  if (state() != ExperimentState::kRunning || file_.reshuffle) return;
  file_.reshuffle = true;
  move_on(applied(catalog_, only(file_), later()), Step::kNextPhase);
  // Taking `phase: next` out again is no change of the allocation.
  const Allocation present = entry_of(catalog_).phases.back().allocation;
  file_.reshuffle = false;
  move_on(applied(catalog_, only(file_), later()), Step::kTraffic);
  RC_ASSERT(entry_of(catalog_).phases.back().allocation == present);
}

void Life::edit_restart() {
  const bool is_over =
      state() == ExperimentState::kRolledBack || state() == ExperimentState::kStopped;
  if (!is_over) return;
  file_.reshuffle = true;
  move_on(applied(catalog_, only(file_), later()), Step::kRestart);
  file_.reshuffle = false;
  move_on(applied(catalog_, only(file_), later()), Step::kTraffic);
}

void Life::decide(DecisionKind kind, Step step) {
  const auto transition = enact(catalog_, ExperimentKey("checkout"), decision(kind), later());
  if (transition) {
    move_on(transition->next, step);
  } else {
    RC_ASSERT(transition.error().code == Errc::kConflict);
  }
}

void Life::take(Step step) {
  switch (step) {
    case Step::kTraffic:
      return edit_traffic();
    case Step::kWeights:
      return edit_weights();
    case Step::kNextPhase:
      return edit_next_phase();
    case Step::kRestart:
      return edit_restart();
    case Step::kPromote:
      return decide(DecisionKind::kPromote, step);
    case Step::kNextStep:
      return decide(DecisionKind::kNextStep, step);
    case Step::kFinish:
      return decide(DecisionKind::kFinish, step);
    case Step::kRollBack:
      return decide(DecisionKind::kRollBack, step);
    case Step::kKill:
    case Step::kExtend: {
      const auto kind = step == Step::kKill ? ActionKind::kKill : ActionKind::kExtend;
      const auto transition = act(catalog_, action(kind), later());
      if (transition) move_on(transition->next, step);
      return;
    }
    case Step::kUndo:
      if (before_action_) move_on(undone(catalog_, before_action_->first, later()), step);
      return;
  }
}

TEST_CASE("Who moves: exactly those who may, in any order of steps") {
  rc::prop("random lives", []() {
    Life life;
    const int length = *rc::gen::inRange(1, 14);
    for (int i = 0; i < length; ++i) {
      life.take(kSteps.at(*rc::gen::inRange<std::size_t>(0, kSteps.size())));
    }
  });
}

TEST_CASE("Phases never overlap, never run backwards and keep their numbers") {
  rc::prop("random decisions", []() {
    Catalog catalog = running(checkout());
    std::optional<Catalog> before;
    const int length = *rc::gen::inRange(1, 25);
    for (int i = 1; i <= length; ++i) {
      const auto kind =
          *rc::gen::element(DecisionKind::kPromote, DecisionKind::kNextStep, DecisionKind::kFinish,
                            DecisionKind::kRollBack, DecisionKind::kKeepRunning);
      // Half of the clock's readings are equal to the last one.
      const Time now = day(i / 2);
      const auto next = kind == DecisionKind::kKeepRunning && before
                            ? undo(catalog, *before, action(ActionKind::kUndo), now)
                            : enact(catalog, ExperimentKey("checkout"), decision(kind), now);
      if (!next) continue;
      before = std::exchange(catalog, next->next);
    }
    for (const ExperimentEntry& entry : catalog.experiments) {
      for (std::size_t i = 0; i < entry.phases.size(); ++i) {
        const Phase& phase = entry.phases[i];
        RC_ASSERT(phase.number == static_cast<int>(i) + 1);
        if (phase.end) RC_ASSERT(phase.start <= *phase.end);
        if (i + 1 < entry.phases.size()) {
          RC_ASSERT(phase.end.has_value());
          RC_ASSERT(*phase.end <= entry.phases[i + 1].start);
        }
      }
    }
  });
}

}  // namespace
}  // namespace converge
