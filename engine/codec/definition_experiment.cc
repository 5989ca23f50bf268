#include <algorithm>

#include "engine/codec/definition_read.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

void read_key(const Cursor& document, ExperimentDefinition& experiment, Origin origin) {
  static constexpr std::string_view kReserved = "--holdback";
  const auto key = document.required("key");
  if (!key) return;
  if (origin == Origin::kStored) {
    experiment.key = ExperimentKey(key->text(definition_limits::kProseBytesMax).value_or(""));
    return;
  }
  const auto text = key->key();
  if (!text) return;
  if (text->ends_with(kReserved)) {
    key->error("keys that end in --holdback are reserved for the holdback pairs of promotions");
  }
  experiment.key = ExperimentKey(*text);
}

void read_who(const Cursor& document, ExperimentDefinition& experiment) {
  if (const auto unit = document.required("unit")) {
    if (const auto name = unit->name()) {
      experiment.unit = UnitKind(*name);
      warn_about_personal_name(*name, *unit);
    }
  }
  experiment.seed = read_seed(document, experiment.key.str());
  if (const auto layer = document.member("layer")) {
    if (const auto key = layer->key()) experiment.layer = LayerKey(*key);
  }
  if (const auto sticky = document.member("sticky")) experiment.sticky = sticky->flag();
  if (const auto fallback = document.member("fallback_attribute")) {
    experiment.fallback_attribute = fallback->name().value_or("");
    warn_about_personal_name(experiment.fallback_attribute, *fallback);
  }
  if (const auto traffic = document.member("traffic")) {
    experiment.traffic = traffic->buckets(1).value_or(0);
  }
  if (const auto condition = document.member("condition")) {
    if (!condition->value().is_null() && condition->value().as_object() == nullptr) {
      condition->expected("a condition object, for example {country: {$in: [DE, FR]}}");
    }
    experiment.condition = condition->value();
  }
  if (const auto segments = document.member("segments")) {
    for (const Cursor& item : segments->items(definition_limits::kSegmentsMax)) {
      const auto name = item.name();
      if (!name) continue;
      const auto& seen = experiment.segments;
      if (std::find(seen.begin(), seen.end(), *name) != seen.end()) {
        item.error("the segment " + quoted(*name) + " is listed twice");
        continue;
      }
      warn_about_personal_name(*name, item);
      experiment.segments.push_back(*name);
    }
  }
}

void read_life(const Cursor& document, ExperimentDefinition& experiment) {
  if (const auto status = document.member("status")) {
    experiment.status = status->word<DeclaredStatus>().value_or(DeclaredStatus::kDraft);
  }
  if (const auto start = document.member("start_at")) {
    const std::string* text = start->value().as_string();
    const Result<Time> time = text == nullptr ? Result<Time>(Error{}) : parse_rfc3339(*text);
    if (time) {
      experiment.start_at = *time;
    } else {
      start->expected("a time as RFC 3339 writes it, for example 2026-11-02T09:00:00Z");
    }
  }
  if (const auto text = document.member("hypothesis")) {
    experiment.hypothesis = text->text(definition_limits::kProseBytesMax).value_or("");
  }
  if (const auto text = document.member("owner")) {
    experiment.owner = text->text(definition_limits::kProseBytesMax).value_or("");
  }
  if (const auto assignment = document.member("assignment")) {
    experiment.assignment =
        assignment->word<AssignmentSource>().value_or(AssignmentSource::kNative);
  }
  if (const auto lateness = document.member("lateness")) {
    experiment.lateness = lateness->duration().value_or(Duration::zero());
  }
  if (const auto phase = document.member("phase")) {
    phase->only_word("next");
    experiment.reshuffle = true;
  }
}

void read_flag(const Cursor& document, ExperimentDefinition& experiment) {
  const auto flag = document.member("flag");
  if (!flag) {
    // Nobody asks Converge for the variant of an external experiment, so it has no flag by default.
    const bool is_native = experiment.assignment == AssignmentSource::kNative;
    if (is_native) experiment.flag = FlagKey(experiment.key.str());
    return;
  }
  if (const auto name = flag->name()) {
    experiment.flag = FlagKey(*name);
    warn_about_personal_name(*name, *flag);
  }
}

}  // namespace

ExperimentDefinition read_experiment(const Cursor& document, Origin origin) {
  ExperimentDefinition experiment;
  if (!document.is_object_with(members_of("experiments[]"))) return experiment;
  read_key(document, experiment, origin);
  read_life(document, experiment);
  read_who(document, experiment);
  read_flag(document, experiment);
  if (const auto variants = document.required("variants")) {
    experiment.variants = read_variants(*variants, origin);
  }
  if (const auto uses = document.required("metrics")) {
    for (const Cursor& item : uses->items(definition_limits::kUsesMax)) {
      experiment.metrics.push_back(read_metric_use(item));
    }
    const Value::Array* list = uses->value().as_array();
    if (list != nullptr && list->empty()) uses->expected("at least one metric");
  }
  if (const auto analysis = document.member("analysis")) {
    experiment.analysis = read_analysis(*analysis);
  }
  if (const auto decision = document.member("decision")) {
    experiment.decision = read_decision(*decision);
  }
  return experiment;
}

}  // namespace converge
