#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "engine/assign/hash.h"
#include "engine/engine.h"
#include "store/memory/memory_store.h"

/// A small shop that lives through whole days: visitors ask for their variants, meet them and buy
/// or complain with known probabilities; the engine ticks on a clock that stands still in between.
namespace converge {

inline constexpr Duration kTurn = std::chrono::hours(6);

inline MetricDefinition share_of(const std::string& key, Direction direction) {
  MetricDefinition metric;
  metric.key = MetricKey(key);
  metric.type = MetricType::kConversion;
  metric.direction = direction;
  metric.numerator.event = EventName(key);
  metric.numerator.aggregation = Aggregation::kAny;
  metric.window = std::chrono::hours(6);
  return metric;
}

/// Daily looks, three days at least, a ramp of two steps with a holdback of 10 %.
inline ExperimentDefinition shop_experiment(const std::string& key) {
  ExperimentDefinition experiment;
  experiment.key = ExperimentKey(key);
  experiment.status = DeclaredStatus::kRunning;
  experiment.unit = UnitKind("user_id");
  experiment.seed = key;
  experiment.flag = FlagKey(key + "-flag");
  experiment.traffic = 4'000;
  experiment.variants = {{VariantKey("control"), 0.5, Value::integer(0)},
                         {VariantKey("new"), 0.5, Value::integer(1)}};
  experiment.metrics = {{MetricKey("purchase"), MetricRole::kSuccess, std::nullopt, std::nullopt},
                        {MetricKey("complaint"), MetricRole::kGuardrail,
                         Margin{0.1, DifferenceScale::kAbsolute}, std::nullopt}};
  experiment.analysis.looks = LookSchedule::kDaily;
  DecisionRule rule;
  rule.min_days = 3;
  rule.max_days = 10;
  rule.on_ship = {ShipAction::kPromote, {5'000, 10'000}, kDay, 1'000, 2};
  experiment.decision = rule;
  return experiment;
}

inline Definitions shop_definitions(std::vector<ExperimentDefinition> experiments) {
  Definitions definitions;
  definitions.metrics[MetricKey("purchase")] = share_of("purchase", Direction::kIncrease);
  definitions.metrics[MetricKey("complaint")] = share_of("complaint", Direction::kDecrease);
  definitions.experiments = std::move(experiments);
  return definitions;
}

/// What variant "new" does to a visitor, as shares of visitors.
struct TrueEffects {
  double purchase_control = 0.2, purchase_new = 0.5;
  double complaint_control = 0.1, complaint_new = 0.1;
};

class Shop {
 public:
  explicit Shop(Automation automation, Time start = Time{} + 20'000 * kDay)
      : clock_(start), store_("test") {
    options_.automation = automation;
    reopen();
  }

  /// Starts the engine as after a power cut: what close() would have saved is missing.
  void reopen() {
    engine_.reset();
    Result<std::unique_ptr<Engine>> opened = Engine::open(store_, clock_, options_);
    if (!opened) check_failed(opened.error().message.c_str(), __FILE__, __LINE__);
    engine_ = *std::move(opened);
  }

  void apply(const Definitions& definitions) {
    const Result<CatalogPlan> plan = engine_->apply(definitions, "ann");
    if (!plan) check_failed(plan.error().message.c_str(), __FILE__, __LINE__);
  }

  Result<Catalog> act(ActionKind kind, const std::string& key) {
    Action action;
    action.kind = kind;
    action.experiment = ExperimentKey(key);
    action.actor = "ann";
    return engine_->act(action);
  }

  /// One turn: the clock goes on, visitors of the time in between are recorded, the engine ticks.
  void turn(int visitors) {
    const Time from = clock_.now();
    clock_.advance_to(from + kTurn);
    RecordBatch batch;
    for (int i = 0; i < visitors; ++i) {
      visit("v" + std::to_string(++visitors_), from + (i + 1) * (kTurn / 2) / (visitors + 1),
            batch);
    }
    if (!batch.events.empty()) {
      const Result<RecordReceipt> receipt = engine_->recorder().record(std::move(batch));
      if (!receipt) check_failed(receipt.error().message.c_str(), __FILE__, __LINE__);
    }
    const Status ticked = engine_->tick();
    if (!ticked) check_failed(ticked.error().message.c_str(), __FILE__, __LINE__);
  }

  void days(int count, int visitors_per_turn = 500) {
    for (int i = 0; i < 4 * count; ++i) turn(visitors_per_turn);
  }

  Engine& engine() { return *engine_; }
  ManualClock& clock() { return clock_; }
  MemoryStore& store() { return store_; }
  ExperimentState state(const std::string& key) const {
    return engine_->catalog()->find(ExperimentKey(key))->state;
  }
  std::vector<StoredLook> looks(const std::string& key) const {
    auto looks = engine_->looks(ExperimentKey(key), 1'000);
    if (!looks) return {};
    return *std::move(looks);
  }
  /// The variant that each of `count` visitors would get now.
  std::vector<std::string> served(const std::string& key, int count) const {
    std::vector<std::string> variants;
    for (int i = 0; i < count; ++i) {
      const auto answers = engine_->assigner()->assign("w" + std::to_string(i), Value{},
                                                       {ExperimentKey(key)}, nullptr);
      variants.push_back(answers->front().variant.str());
    }
    return variants;
  }

  TrueEffects effects;
  std::set<std::string> harmful;        ///< experiments whose variant "new" makes people complain
  bool loses_exposures_of_new = false;  ///< a broken tracker

 private:
  static bool happens(const std::string& what, const std::string& visitor, double share) {
    return bucket_of("shop-" + what, visitor) < static_cast<int>(share * kBuckets);
  }

  void visit(const std::string& visitor, Time at, RecordBatch& batch) {
    const auto answers = engine_->assigner()->assign(visitor, Value{}, {}, nullptr);
    double purchase = effects.purchase_control;
    double complaint = effects.complaint_control;
    for (const Assignment& answer : *answers) {
      const bool is_new = answer.variant.str() == "new";
      const bool is_harmful = harmful.count(answer.experiment.str()) > 0;
      if (is_new && !is_harmful) {
        purchase = effects.purchase_new;
        complaint = std::max(complaint, effects.complaint_new);
      }
      if (is_new && is_harmful) complaint = 0.6;
      if (!answer.in_experiment) continue;
      if (is_new && loses_exposures_of_new && happens("loss", visitor, 0.5)) continue;
      record(batch, at, visitor,
             {{"type", Value::string("exposure")},
              {"experiment", Value::string(answer.experiment.str())},
              {"variant", Value::string(answer.variant.str())}});
    }
    const Time later = at + std::chrono::minutes(10);
    for (const auto& [name, share] :
         {std::pair{"purchase", purchase}, std::pair{"complaint", complaint}}) {
      if (!happens(name, visitor, share)) continue;
      record(batch, later, visitor,
             {{"type", Value::string("outcome")},
              {"id", Value::string(std::string(name) + visitor)},
              {"name", Value::string(name)}});
    }
  }

  void record(RecordBatch& batch, Time at, const std::string& visitor, Value::Object members) {
    members.emplace_back("ts", Value::string(format_rfc3339(at)));
    members.emplace_back("unit", Value::string(visitor));
    IntakeRules rules;
    rules.now = clock_.now();
    auto accepted = accept_event(Value::object(std::move(members)), rules);
    CONVERGE_CHECK(std::holds_alternative<AcceptedEvent>(accepted));
    batch.events.push_back(std::get<AcceptedEvent>(std::move(accepted)));
  }

  ManualClock clock_;
  MemoryStore store_;
  EngineOptions options_;
  std::unique_ptr<Engine> engine_;
  int visitors_ = 0;
};

}  // namespace converge
