#include <algorithm>
#include <cmath>
#include <map>

#include "engine/codec/definition_read.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

std::vector<std::string> metric_names(const Definitions& all) {
  std::vector<std::string> names;
  for (const auto& [key, metric] : all.metrics) names.push_back(key.str());
  return names;
}

void lint_use(const MetricUse& use, const LintContext& context, bool has_rule,
              const Cursor& place) {
  const auto metric = place.member("metric");
  if (!metric || use.metric.empty()) return;
  if (!context.all.metrics.contains(use.metric)) {
    const std::vector<std::string> known = metric_names(context.all);
    const std::string nearest = nearest_name(use.metric.str(), known);
    const std::string hint = known.empty()     ? "; no metrics are defined"
                             : nearest.empty() ? ""
                                               : "; did you mean " + quoted(nearest) + "?";
    return metric->unknown_reference("there is no metric " + quoted(use.metric.str()) + hint);
  }
  const MetricDefinition* definition = sound_metric(use.metric, context);
  if (definition == nullptr || definition->window || use.role == MetricRole::kQuality) return;
  const std::string name = quoted(use.metric.str());
  if (has_rule) {
    metric->error("the metric " + name +
                  " has no window, so it never matures and no rule can use it; give it one or use "
                  "it with role: quality");
  } else {
    metric->warning("the metric " + name + " has no window, so it never matures");
  }
}

void lint_uses(const ExperimentDefinition& experiment, const LintContext& context,
               const Cursor& document) {
  const auto list = document.member("metrics");
  if (!list || list->value().as_array() == nullptr) return;
  for (std::size_t i = 0; i < experiment.metrics.size(); ++i) {
    const MetricUse& use = experiment.metrics[i];
    const Cursor place((*list->value().as_array())[i], item_path(list->path(), i),
                       list->problems());
    lint_use(use, context, experiment.decision.has_value(), place);
    const auto end = experiment.metrics.begin() + static_cast<std::ptrdiff_t>(i);
    const bool seen = std::any_of(experiment.metrics.begin(), end, [&use](const MetricUse& other) {
      return !use.metric.empty() && other.metric == use.metric;
    });
    if (seen) place.member("metric")->error(quoted(use.metric.str()) + " is listed twice");
  }
}

void lint_external(const ExperimentDefinition& experiment, const Cursor& document) {
  if (experiment.assignment != AssignmentSource::kExternal) return;
  if (experiment.status == DeclaredStatus::kRunning && !experiment.start_at) {
    document.warning(
        "an external experiment without start_at begins when it is applied; exposures "
        "before that do not count");
  }
  if (!experiment.decision) return;
  const auto decision = document.member("decision");
  const auto on_ship = decision->member("on_ship");
  if (on_ship && experiment.decision->on_ship.action != ShipAction::kRecommend) {
    on_ship->member("action")->error(
        "Converge does not assign the units of an external experiment, so it cannot promote; "
        "expected recommend");
  }
  if (on_ship && on_ship->member("ramp")) {
    on_ship->member("ramp")->error_at_name(
        "Converge does not assign the units of an external experiment, so there is no ramp");
  }
  if (experiment.decision->on_guardrail_breach != BreachAction::kRecommend) {
    decision->member("on_guardrail_breach")
        ->error(
            "Converge does not assign the units of an external experiment, so it cannot roll "
            "back; expected recommend");
  }
}

void lint_buckets(const ExperimentDefinition& experiment, const Cursor& document) {
  if (experiment.assignment == AssignmentSource::kExternal || experiment.traffic == 0) return;
  const auto list = document.member("variants");
  for (std::size_t i = 0; i < experiment.variants.size(); ++i) {
    const VariantDefinition& variant = experiment.variants[i];
    if (variant.weight <= 0 || variant.weight * experiment.traffic >= 1) continue;
    list->error("the variant " + quoted(variant.key.str()) +
                " gets less than one of the 10,000 buckets; raise its weight or the traffic");
  }
}

void lint_unit(const ExperimentDefinition& experiment, const LintContext& context,
               const Cursor& document) {
  const auto& units = context.all.units;
  if (units.empty() || experiment.unit.empty()) return;
  std::vector<std::string> kinds;
  kinds.reserve(units.size());
  for (const auto& [kind, attribute] : units) kinds.push_back(kind.str());
  const std::string& unit = experiment.unit.str();
  if (std::find(kinds.begin(), kinds.end(), unit) != kinds.end()) return;
  const std::string nearest = nearest_name(unit, kinds);
  document.member("unit")->warning(
      "the unit kind " + quoted(unit) + " is not listed under units" +
      (nearest.empty() ? "" : " (did you mean " + quoted(nearest) + "?)") +
      "; its id is read from the attribute \"id\"");
}

bool both_serve(const ExperimentDefinition& a, const ExperimentDefinition& b) {
  const auto serves = [](const ExperimentDefinition& experiment) {
    return experiment.status == DeclaredStatus::kRunning &&
           experiment.assignment == AssignmentSource::kNative && !experiment.flag.empty();
  };
  return serves(a) && serves(b) && a.flag == b.flag;
}

/// "step_1" and "step_2" differ on purpose.
bool differ_only_in_digits(const std::string& a, const std::string& b) {
  const auto without_digits = [](std::string text) {
    text.erase(
        std::remove_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }),
        text.end());
    return text;
  };
  return without_digits(a) == without_digits(b);
}

void collect_event(const Cursor& document, std::vector<std::pair<std::string, Cursor>>& events) {
  const auto event = document.member("event");
  if (!event) return;
  if (const std::string* name = event->value().as_string()) events.emplace_back(*name, *event);
}

}  // namespace

const MetricDefinition* sound_metric(const MetricKey& key, const LintContext& context) {
  if (context.broken_metrics.contains(key)) return nullptr;
  const auto found = context.all.metrics.find(key);
  return found == context.all.metrics.end() ? nullptr : &found->second;
}

void warn_about_personal_name(const std::string& name, const Cursor& place) {
  std::string folded;
  for (const char c : name) {
    if (c != '-' && c != '_') folded += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }
  if (folded.find('@') == std::string::npos && folded.find("email") == std::string::npos) return;
  place.warning(quoted(name) +
                " looks like an e-mail address or an attribute that holds one; "
                "personal data do not belong into ids, names and segments");
}

void lint_experiment(const ExperimentDefinition& experiment, const LintContext& context,
                     const Cursor& document) {
  if (document.value().as_object() == nullptr) return;
  lint_uses(experiment, context, document);
  lint_external(experiment, document);
  lint_buckets(experiment, document);
  lint_unit(experiment, context, document);
  lint_decision(experiment, context, document);
}

void lint_together(const std::vector<PlacedExperiment>& experiments) {
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    const auto& [experiment, document] = experiments[i];
    for (std::size_t j = 0; j < i; ++j) {
      const ExperimentDefinition& other = experiments[j].first;
      if (!experiment.key.empty() && experiment.key == other.key) {
        document.member("key")->error("the experiment key " + quoted(experiment.key.str()) +
                                      " is used twice");
      } else if (both_serve(experiment, other)) {
        const auto flag = document.member("flag");
        (flag ? *flag : document)
            .warning("the flag " + quoted(experiment.flag.str()) + " is also that of " +
                     quoted(other.key.str()) +
                     ": applying is refused while that one splits its units, and follows it once "
                     "it was promoted or ended");
      }
    }
  }
}

void lint_event_names(const Cursor& metrics) {
  static constexpr std::size_t kShortest = 5;
  std::vector<std::pair<std::string, Cursor>> events;
  for (const auto& [key, metric] : metrics.members(definition_limits::kMetricsMax)) {
    collect_event(metric, events);
    for (const char* part : {"numerator", "denominator"}) {
      if (const auto found = metric.member(part)) collect_event(*found, events);
    }
  }
  std::map<std::string, int> uses;
  for (const auto& [name, place] : events) ++uses[name];
  for (const auto& [name, place] : events) {
    for (const auto& [other, count] : uses) {
      // The rarer of two is the slip; of two equally rare ones nobody knows.
      if (name == other || name.size() < kShortest || count <= uses[name]) continue;
      if (edit_distance_of_names(name, other) > 1 || differ_only_in_digits(name, other)) continue;
      place.warning("the event " + quoted(name) + " is nearly " + quoted(other) + ", which " +
                    std::to_string(count) + " metrics read; did you mean that?");
    }
  }
}

}  // namespace converge
