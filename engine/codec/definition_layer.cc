#include <algorithm>

#include "engine/codec/definition_read.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

constexpr const char* kHoldoutSeed = "holdout";

/// Units of one kind only can exclude each other.
void check_unit_kinds(const std::vector<PlacedExperiment>& experiments) {
  std::map<LayerKey, const ExperimentDefinition*> first_of;
  for (const auto& [experiment, place] : experiments) {
    if (!experiment.layer) continue;
    const auto [first, is_first] = first_of.emplace(*experiment.layer, &experiment);
    if (is_first || first->second->unit == experiment.unit) continue;
    place.member("layer")->error(
        "the layer " + quoted(experiment.layer->str()) + " is one of " + first->second->unit.str() +
        " (" + quoted(first->second->key.str()) +
        "), expected experiments of one unit kind in a layer, got " + experiment.unit.str());
  }
}

void check_external(const ExperimentDefinition& experiment, const Cursor& place) {
  if (experiment.assignment != AssignmentSource::kExternal) return;
  for (const char* name : {"layer", "sticky", "fallback_attribute"}) {
    if (const auto member = place.member(name)) {
      member->error_at_name(std::string(name) +
                            ": Converge does not assign the units of an external experiment");
    }
  }
}

void check_fallback(const ExperimentDefinition& experiment, const Cursor& place) {
  if (experiment.fallback_attribute.empty() || experiment.sticky) return;
  place.member("fallback_attribute")
      ->error_at_name(
          "a fallback attribute keeps the variant of an anonymous unit by its sticky document, "
          "expected sticky: true beside it");
}

void check_holdout_seed(const Definitions& definitions, const Cursor& document) {
  const auto layers = document.member("layers");
  if (!layers || !definitions.holdout) return;
  for (const auto& [key, layer] : definitions.layers) {
    const auto place = layers->member(key.str());
    if (!place || layer.seed != definitions.holdout->seed) continue;
    place->error("the seed " + quoted(layer.seed) +
                 " is that of the holdout, so both would take the same units; choose another");
  }
}

}  // namespace

std::string read_seed(const Cursor& document, const std::string& fallback) {
  const auto seed = document.member("seed");
  if (!seed) return fallback;
  const auto text = seed->text(definition_limits::kSeedBytesMax);
  if (!text) return fallback;
  const bool printable =
      std::all_of(text->begin(), text->end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (text->empty() || !printable) seed->expected("a seed of printable ASCII characters");
  return *text;
}

void read_layers(const Cursor& document, Definitions& definitions) {
  const auto layers = document.member("layers");
  if (!layers) return;
  for (const auto& [name, member] : layers->members(definition_limits::kLayersMax)) {
    if (!is_key(name)) {
      member.error_at_name("expected a key of lower-case letters, digits, \"-\" and \"_\", got " +
                           quoted(name));
    }
    LayerDefinition layer{name};
    if (!member.value().is_null() && member.is_object_with(members_of("layers.*"))) {
      layer.seed = read_seed(member, name);
    }
    definitions.layers[LayerKey(name)] = std::move(layer);
  }
}

std::optional<HoldoutDefinition> read_holdout(const Cursor& document) {
  const auto holdout = document.member("holdout");
  if (!holdout || !holdout->is_object_with(members_of("holdout"))) return std::nullopt;
  HoldoutDefinition definition;
  if (const auto share = holdout->required("share")) {
    definition.share = share->buckets(1).value_or(1);
    if (definition.share >= kBuckets) share->expected("less than 100%");
  }
  definition.seed = read_seed(*holdout, kHoldoutSeed);
  return definition;
}

void read_saved_groups(const Cursor& document, Definitions& definitions) {
  const auto groups = document.member("saved_groups");
  if (!groups) return;
  for (const auto& [name, member] : groups->members(definition_limits::kSavedGroupsMax)) {
    const Value& group = member.value();
    if (group.as_array() == nullptr && group.as_object() == nullptr) {
      member.expected("a list of ids");
    }
    definitions.saved_groups[name] = group;
  }
}

void lint_layers(const Cursor& document, const std::vector<PlacedExperiment>& experiments,
                 Definitions& definitions) {
  const bool is_listed = document.member("layers").has_value();
  std::vector<std::string> known;
  known.reserve(definitions.layers.size());
  for (const auto& [key, layer] : definitions.layers) known.push_back(key.str());
  for (const auto& [experiment, place] : experiments) {
    check_external(experiment, place);
    check_fallback(experiment, place);
    if (!experiment.layer || definitions.layers.contains(*experiment.layer)) continue;
    const std::string& name = experiment.layer->str();
    if (!is_listed) {
      definitions.layers[*experiment.layer] = {name};
      continue;
    }
    const std::string nearest = nearest_name(name, known);
    place.member("layer")->unknown_reference(
        "there is no layer " + quoted(name) + " under layers" +
        (nearest.empty() ? "" : "; did you mean " + quoted(nearest) + "?"));
  }
  check_unit_kinds(experiments);
  check_holdout_seed(definitions, document);
}

}  // namespace converge
