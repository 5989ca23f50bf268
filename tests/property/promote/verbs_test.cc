#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "engine/features/assigner.h"
#include "tests/unit/promote/catalog_fixture.h"

/// For each verb, in a layer behind a holdout, sticky and not, with attributes that change and
/// every verb twice in a row: exactly who may move. Units are asked through the real assigner, with
/// their sticky documents kept as a server keeps them.
namespace converge {
namespace {

constexpr int kUnits = 400;

struct Place {
  VariantKey variant;
  bool is_in = false;
  bool operator==(const Place&) const = default;
};

enum class Verb {
  kRaise,
  kLower,
  kAddVariant,
  kDropVariant,
  kPause,
  kResume,
  kFreeze,
  kKill,
  kPromote,
  kNextStep,
  kRollBack,
  kUndo,
  kRestart,
  kAttributes,
  kHoldoutUp,
};
constexpr std::array kVerbs = {
    Verb::kRaise,    Verb::kLower,  Verb::kAddVariant, Verb::kDropVariant, Verb::kPause,
    Verb::kResume,   Verb::kFreeze, Verb::kKill,       Verb::kPromote,     Verb::kNextStep,
    Verb::kRollBack, Verb::kUndo,   Verb::kRestart,    Verb::kAttributes,  Verb::kHoldoutUp};

class World {
 public:
  explicit World(bool sticky) : file_(checkout()) {
    file_.sticky = sticky;
    file_.layer = LayerKey("shop");
    file_.traffic = 5'000;
    file_.condition = Value::object({{"country", Value::string("DE")}});
    catalog_ = applied(Catalog{}, definitions(), day(0));
    for (int i = 0; i < kUnits; ++i) abroad_.push_back(i % 5 == 0);
    documents_.resize(kUnits);
    now_ = ask();
  }

  void take(Verb verb);

 private:
  Definitions definitions() const {
    Definitions definitions = only(file_);
    definitions.layers[LayerKey("shop")] = {"shop"};
    definitions.holdout = HoldoutDefinition{holdout_, "holdout"};
    return definitions;
  }

  std::vector<Place> ask() {
    const auto assigner = Assigner::compile(catalog_);
    RC_ASSERT(assigner.has_value());
    std::vector<Place> places;
    for (std::size_t i = 0; i < kUnits; ++i) {
      const Value attributes =
          Value::object({{"country", Value::string(abroad_[i] ? "FR" : "DE")}});
      const auto answers =
          (*assigner)->assign("unit-" + std::to_string(i), attributes, {}, &documents_[i]);
      RC_ASSERT(answers.has_value());
      const bool has_rule = !answers->empty();
      places.push_back(has_rule ? Place{answers->front().variant, answers->front().in_experiment}
                                : Place{VariantKey("control"), false});
    }
    return places;
  }

  /// Applies the file; false when it is refused or changes nothing.
  bool apply() {
    const auto plan = plan_definitions(catalog_, definitions(), day(++days_));
    if (!plan || plan->changes.empty()) return false;
    before_action_.reset();
    catalog_ = plan->next;
    return true;
  }
  bool act_on(ActionKind kind) {
    const auto transition = act(catalog_, action(kind), day(++days_));
    if (!transition) return false;
    before_action_ = std::exchange(catalog_, transition->next);
    return true;
  }
  bool enact_on(DecisionKind kind) {
    const auto transition =
        enact(catalog_, ExperimentKey("checkout"), decision(kind), day(++days_));
    if (!transition) return false;
    before_action_ = std::exchange(catalog_, transition->next);
    return true;
  }

  bool edit(Verb verb);
  bool carry_out(Verb verb);
  void check(Verb verb, std::size_t unit, const Place& before, const Place& after) const;

  ExperimentDefinition file_;
  int holdout_ = 300;
  Catalog catalog_;
  std::vector<bool> abroad_;
  std::vector<bool> flipped_ = std::vector<bool>(kUnits, false);
  std::vector<StickyBuckets> documents_;
  std::vector<Place> now_;
  std::optional<Catalog> before_action_;
  int days_ = 0;
};

bool World::edit(Verb verb) {
  const ExperimentDefinition kept = file_;
  const int held = holdout_;
  switch (verb) {
    case Verb::kRaise:
      file_.traffic = std::min(10'000, file_.traffic + 1'000);
      break;
    case Verb::kLower:
      file_.traffic = std::max(1'000, file_.traffic - 1'000);
      break;
    case Verb::kAddVariant:
      if (file_.variants.size() > 2) return false;
      file_.variants.push_back({VariantKey("third"), 0.2, Value::integer(2)});
      file_.variants[0].weight = 0.4;
      file_.variants[1].weight = 0.4;
      break;
    case Verb::kDropVariant:
      if (file_.variants.size() < 3 || file_.variants[2].weight == 0) return false;
      file_.variants[0].weight = 0.5;
      file_.variants[1].weight = 0.5;
      file_.variants[2].weight = 0;
      break;
    default:
      holdout_ += 100;
      break;
  }
  if (apply()) return true;
  file_ = kept;
  holdout_ = held;
  return false;
}

bool World::carry_out(Verb verb) {
  switch (verb) {
    case Verb::kRaise:
    case Verb::kLower:
    case Verb::kAddVariant:
    case Verb::kDropVariant:
    case Verb::kHoldoutUp:
      return edit(verb);
    case Verb::kPause:
      return act_on(ActionKind::kPauseEnrolment);
    case Verb::kResume:
      return act_on(ActionKind::kResumeEnrolment);
    case Verb::kFreeze:
      return act_on(ActionKind::kFreeze);
    case Verb::kKill:
      return act_on(ActionKind::kKill);
    case Verb::kRestart:
      return act_on(ActionKind::kRestart);
    case Verb::kPromote:
      return enact_on(DecisionKind::kPromote);
    case Verb::kNextStep:
      return enact_on(DecisionKind::kNextStep);
    case Verb::kRollBack:
      return enact_on(DecisionKind::kRollBack);
    case Verb::kUndo: {
      if (!before_action_) return false;
      const auto transition =
          undo(catalog_, *before_action_, action(ActionKind::kUndo), day(++days_));
      before_action_.reset();
      if (!transition) return false;
      catalog_ = transition->next;
      return true;
    }
    case Verb::kAttributes:
      for (std::size_t i = 0; i < kUnits; ++i) {
        flipped_[i] = *rc::gen::inRange(0, 4) == 0;
        if (flipped_[i]) abroad_[i] = !abroad_[i];
      }
      return true;
  }
  return false;
}

/// Whether this change of one unit is one that the verb may make.
void World::check(Verb verb, std::size_t unit, const Place& before, const Place& after) const {
  const VariantKey control("control");
  const VariantKey winner("one-page");
  const bool stays = before == after;
  switch (verb) {
    case Verb::kRaise:
    case Verb::kResume:
      if (before.is_in) RC_ASSERT(stays);
      return;
    case Verb::kLower:
    case Verb::kHoldoutUp:
      // Members leave for the default, nobody comes in, nobody changes sides. The winner of a
      // promotion is lost only to the holdout.
      RC_ASSERT(stays || (!after.is_in && after.variant == control));
      return;
    case Verb::kAddVariant:
      if (file_.sticky && before.is_in) RC_ASSERT(stays);
      RC_ASSERT(stays || after.variant == VariantKey("third"));
      return;
    case Verb::kDropVariant:
      if (file_.sticky && before.is_in) RC_ASSERT(stays);
      RC_ASSERT(stays || before.variant == VariantKey("third"));
      return;
    case Verb::kPause:
    case Verb::kFreeze:
      RC_ASSERT(stays);
      return;
    case Verb::kKill:
    case Verb::kRollBack:
      RC_ASSERT(after.variant == control && !after.is_in);
      return;
    case Verb::kPromote:
    case Verb::kNextStep:
      if (before.variant == winner && !abroad_[unit]) RC_ASSERT(after.variant == winner);
      RC_ASSERT(after.variant == winner || after.variant == control);
      return;
    case Verb::kAttributes:
      if (!flipped_[unit]) RC_ASSERT(stays);
      if (file_.sticky && before.is_in && entry_of(catalog_).state == ExperimentState::kRunning) {
        RC_ASSERT(stays);
      }
      return;
    case Verb::kUndo:
    case Verb::kRestart:
      return;
  }
}

void World::take(Verb verb) {
  for (int again = 0; again < 2; ++again) {
    const std::vector<Place> before = now_;
    const bool is_done = carry_out(verb);
    now_ = ask();
    for (std::size_t i = 0; i < kUnits; ++i) {
      if (is_done) {
        check(verb, i, before[i], now_[i]);
      } else {
        RC_ASSERT(now_[i] == before[i]);
      }
    }
    RC_ASSERT(now_ == ask());
    // Twice in a row: what is done is not done again. Edits by an amount and attributes are new
    // changes each time.
    const bool is_new_each_time = verb == Verb::kRaise || verb == Verb::kLower ||
                                  verb == Verb::kHoldoutUp || verb == Verb::kAttributes ||
                                  verb == Verb::kNextStep || verb == Verb::kRestart;
    if (again == 1 && !is_new_each_time) RC_ASSERT_FALSE(is_done);
  }
}

TEST_CASE("Verbs: exactly those move who may, sticky and not") {
  rc::prop("random verbs, each twice", [] {
    World world(*rc::gen::arbitrary<bool>());
    const int length = *rc::gen::inRange(1, 8);
    for (int i = 0; i < length; ++i) {
      world.take(kVerbs.at(*rc::gen::inRange<std::size_t>(0, kVerbs.size())));
    }
  });
}

}  // namespace
}  // namespace converge
