#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/check.h"
#include "engine/model/definition.h"

/// Inside engine/codec: the words that definition files use for enumerators, for reader and writer.
namespace converge {

template <class E>
struct EnumeratorName {
  const char* name;
  E value;
};

/// The table for E, and the words of later versions that are refused by name.
template <class E>
struct EnumeratorNames;

template <>
struct EnumeratorNames<Direction> {
  static constexpr std::array kAll = {EnumeratorName<Direction>{"increase", Direction::kIncrease},
                                      EnumeratorName<Direction>{"decrease", Direction::kDecrease}};
  static std::vector<std::string> later() { return {}; }
};

template <>
struct EnumeratorNames<MetricType> {
  static constexpr std::array kAll = {
      EnumeratorName<MetricType>{"conversion", MetricType::kConversion},
      EnumeratorName<MetricType>{"count", MetricType::kCount},
      EnumeratorName<MetricType>{"sum", MetricType::kSum},
      EnumeratorName<MetricType>{"ratio", MetricType::kRatio}};
  static std::vector<std::string> later() {
    return {"quantile",
            "nps",
            "csat",
            "ces",
            "retention",
            "churn",
            "mean",
            "max",
            "min",
            "distinct",
            "duration",
            "time_to_event",
            "survival",
            "score",
            "formula",
            "funnel",
            "first_contact_resolution"};
  }
};

template <>
struct EnumeratorNames<MetricRole> {
  static constexpr std::array kAll = {
      EnumeratorName<MetricRole>{"success", MetricRole::kSuccess},
      EnumeratorName<MetricRole>{"guardrail", MetricRole::kGuardrail},
      EnumeratorName<MetricRole>{"deterioration", MetricRole::kDeterioration},
      EnumeratorName<MetricRole>{"quality", MetricRole::kQuality}};
  static std::vector<std::string> later() { return {"utility", "covariate"}; }
};

template <>
struct EnumeratorNames<DifferenceScale> {
  static constexpr std::array kAll = {
      EnumeratorName<DifferenceScale>{"relative", DifferenceScale::kRelative},
      EnumeratorName<DifferenceScale>{"absolute", DifferenceScale::kAbsolute}};
  static std::vector<std::string> later() { return {}; }
};

template <>
struct EnumeratorNames<Method> {
  static constexpr std::array kAll = {
      EnumeratorName<Method>{"auto", Method::kAuto},
      EnumeratorName<Method>{"confidence_sequence", Method::kConfidenceSequence}};
  static std::vector<std::string> later() {
    return {"alpha_spending", "spending", "group_sequential", "sequential", "fixed", "welch",
            "bayesian",       "bayes",    "e_process",        "betting",    "bandit"};
  }
};

template <>
struct EnumeratorNames<LookSchedule> {
  static constexpr std::array kAll = {
      EnumeratorName<LookSchedule>{"daily", LookSchedule::kDaily},
      EnumeratorName<LookSchedule>{"weekly", LookSchedule::kWeekly}};
  static std::vector<std::string> later() { return {"hourly", "monthly"}; }
};

template <>
struct EnumeratorNames<SuccessRule> {
  static constexpr std::array kAll = {EnumeratorName<SuccessRule>{"any", SuccessRule::kAny},
                                      EnumeratorName<SuccessRule>{"all", SuccessRule::kAll}};
  static std::vector<std::string> later() { return {"utility"}; }
};

template <>
struct EnumeratorNames<ShipAction> {
  static constexpr std::array kAll = {
      EnumeratorName<ShipAction>{"promote", ShipAction::kPromote},
      EnumeratorName<ShipAction>{"recommend", ShipAction::kRecommend}};
  static std::vector<std::string> later() { return {"pause-enrolment", "freeze", "notify"}; }
};

template <>
struct EnumeratorNames<BreachAction> {
  static constexpr std::array kAll = {
      EnumeratorName<BreachAction>{"rollback", BreachAction::kRollback},
      EnumeratorName<BreachAction>{"recommend", BreachAction::kRecommend}};
  static std::vector<std::string> later() { return {"pause-enrolment", "freeze", "kill"}; }
};

template <>
struct EnumeratorNames<ExpiryAction> {
  static constexpr std::array kAll = {
      EnumeratorName<ExpiryAction>{"keep_control", ExpiryAction::kKeepControl},
      EnumeratorName<ExpiryAction>{"discuss", ExpiryAction::kDiscuss}};
  static std::vector<std::string> later() { return {"extend", "freeze", "pause-enrolment"}; }
};

template <>
struct EnumeratorNames<AssignmentSource> {
  static constexpr std::array kAll = {
      EnumeratorName<AssignmentSource>{"native", AssignmentSource::kNative},
      EnumeratorName<AssignmentSource>{"external", AssignmentSource::kExternal}};
  static std::vector<std::string> later() { return {"bandit", "switchback", "cluster"}; }
};

template <>
struct EnumeratorNames<DeclaredStatus> {
  static constexpr std::array kAll = {
      EnumeratorName<DeclaredStatus>{"draft", DeclaredStatus::kDraft},
      EnumeratorName<DeclaredStatus>{"running", DeclaredStatus::kRunning},
      EnumeratorName<DeclaredStatus>{"stopped", DeclaredStatus::kStopped}};
  static std::vector<std::string> later() { return {"paused", "frozen"}; }
};

/// The word for an enumerator.
template <class E>
const char* word_for(E value) {
  for (const auto& entry : EnumeratorNames<E>::kAll) {
    if (entry.value == value) return entry.name;
  }
  CONVERGE_CHECK(false);
  return "";
}

}  // namespace converge
