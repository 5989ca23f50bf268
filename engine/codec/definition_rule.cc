#include "engine/codec/definition_read.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

constexpr int kHoldbackMax = kBuckets / 2;
constexpr double kAlphaMax = 0.5;
constexpr std::int64_t kSampleMax = 1'000'000'000'000;

std::vector<int> read_ramp(const Cursor& list) {
  std::vector<int> ramp;
  bool complete = true;
  for (const Cursor& item : list.items(definition_limits::kRampStepsMax)) {
    const auto step = item.buckets(1);
    complete = complete && step.has_value();
    if (!step) continue;
    if (!ramp.empty() && *step <= ramp.back()) {
      item.error("a ramp rises: " + percent_of_buckets(*step) + " comes after " +
                 percent_of_buckets(ramp.back()));
    }
    ramp.push_back(*step);
  }
  const bool is_list = list.value().as_array() != nullptr;
  if (is_list && complete && (ramp.empty() || ramp.back() != kBuckets)) {
    list.error("a ramp ends with 100%");
  }
  return ramp;
}

PromotionPlan read_on_ship(const Cursor& document) {
  PromotionPlan plan;
  if (!document.is_object_with(members_of("experiments[].decision.on_ship"))) return plan;
  if (const auto action = document.required("action")) {
    plan.action = action->word<ShipAction>().value_or(ShipAction::kRecommend);
  }
  const auto ramp = document.member("ramp");
  if (ramp) plan.ramp = read_ramp(*ramp);
  if (!ramp && plan.action == ShipAction::kPromote) {
    document.error(
        "\"ramp\" is missing: action promote needs the steps, for example "
        "[25%, 50%, 100%]");
  }
  const bool will_ramp = ramp.has_value() || plan.action == ShipAction::kPromote;
  for (const char* name : {"hold", "holdback", "holdback_days"}) {
    const auto found = document.member(name);
    if (found && !will_ramp) {
      found->error_at_name("\"" + std::string(name) + "\" needs a ramp");
    } else if (!found && will_ramp) {
      document.error("\"" + std::string(name) +
                     "\" is missing: a ramp is watched through the holdback pair between its "
                     "steps, so it needs hold, holdback and holdback_days");
    }
  }
  if (const auto hold = document.member("hold")) {
    plan.hold = hold->positive_duration().value_or(Duration::zero());
  }
  if (const auto holdback = document.member("holdback")) {
    plan.holdback = holdback->buckets(1).value_or(0);
    if (plan.holdback > kHoldbackMax) {
      holdback->expected("a holdback of at most 50%");
      plan.holdback = 0;
    }
  }
  if (const auto days = document.member("holdback_days")) {
    plan.holdback_days =
        static_cast<int>(days->integer(1, definition_limits::kDaysMax).value_or(0));
  }
  return plan;
}

SuccessRule read_ship_when(const Cursor& document) {
  SuccessRule success = SuccessRule::kAny;
  if (!document.is_object_with(members_of("experiments[].decision.ship_when"))) return success;
  if (const auto word = document.member("success")) {
    success = word->word<SuccessRule>().value_or(success);
  }
  if (const auto guardrails = document.member("guardrails")) {
    guardrails->only_word("all_noninferior");
  }
  if (const auto deterioration = document.member("deterioration")) {
    deterioration->only_word("none");
  }
  return success;
}

int read_min_days(const Cursor& days) {
  static constexpr int kWeek = 7;
  const int read = static_cast<int>(days.integer(kWeek, definition_limits::kDaysMax).value_or(0));
  if (read % kWeek != 0) {
    const int below = read / kWeek * kWeek;
    days.error("looks fall on whole weeks: expected a multiple of 7, got " + std::to_string(read) +
               " (nearest: " + std::to_string(below) + " or " + std::to_string(below + kWeek) +
               ")");
  }
  return read;
}

}  // namespace

AnalysisPlan read_analysis(const Cursor& document) {
  AnalysisPlan plan;
  if (!document.is_object_with(members_of("experiments[].analysis"))) return plan;
  if (const auto method = document.member("method")) {
    plan.method = method->word<Method>().value_or(plan.method);
  }
  if (const auto alpha = document.member("alpha")) {
    if (const auto share = alpha->share()) {
      plan.alpha = share->value;
      if (plan.alpha <= 0 || plan.alpha >= kAlphaMax) {
        alpha->expected("a two-sided error rate above 0 and below 0.5");
      }
    }
  }
  if (const auto max_sample = document.member("max_sample")) {
    plan.max_sample = max_sample->integer(2, kSampleMax);
  }
  if (const auto looks = document.member("looks")) {
    plan.looks = looks->word<LookSchedule>().value_or(plan.looks);
  }
  return plan;
}

DecisionRule read_decision(const Cursor& document) {
  DecisionRule rule;
  // Law 8: what acts by itself was written down, so the defaults only recommend.
  rule.on_guardrail_breach = BreachAction::kRecommend;
  if (!document.is_object_with(members_of("experiments[].decision"))) return rule;
  if (const auto days = document.required("min_days")) rule.min_days = read_min_days(*days);
  if (const auto days = document.required("max_days")) {
    rule.max_days = static_cast<int>(days->integer(1, definition_limits::kDaysMax).value_or(0));
  }
  if (const auto ship_when = document.member("ship_when"))
    rule.success = read_ship_when(*ship_when);
  if (const auto on_ship = document.member("on_ship")) rule.on_ship = read_on_ship(*on_ship);
  if (const auto breach = document.member("on_guardrail_breach")) {
    rule.on_guardrail_breach = breach->word<BreachAction>().value_or(rule.on_guardrail_breach);
  }
  if (const auto expiry = document.member("on_expiry")) {
    rule.on_expiry = expiry->word<ExpiryAction>().value_or(rule.on_expiry);
  }
  return rule;
}

}  // namespace converge
