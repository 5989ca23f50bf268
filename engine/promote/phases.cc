#include "engine/promote/phases.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"
#include "engine/assign/hash.h"
#include "engine/assign/ranges.h"
#include "engine/codec/catalog_codec.h"
#include "engine/promote/enrolment.h"

namespace converge {
namespace {

bool is_after_promotion(ExperimentState state) {
  return state == ExperimentState::kRamping || state == ExperimentState::kWatching ||
         state == ExperimentState::kPromoted;
}

/// A clock that was set back must not make a phase end before it starts.
Time not_before_last_phase(const ExperimentEntry& entry, Time now) {
  if (entry.phases.empty()) return now;
  const Phase& last = entry.phases.back();
  return std::max(now, last.end.value_or(last.start));
}

void serve(std::vector<std::int16_t>& table, const BucketRange& range, int variant) {
  std::fill(table.begin() + range.lo, table.begin() + range.hi, static_cast<std::int16_t>(variant));
}

/// A seed that decides now, and whose it is.
struct LiveSeed {
  std::uint32_t state;
  std::string seed;
  std::string owner;  ///< "the layer 'checkout'"
};

/// Experiments first, in the order of their keys, then what filters their units.
std::vector<LiveSeed> live_seeds(const Catalog& catalog) {
  std::vector<LiveSeed> seeds;
  std::set<LayerKey> layers;
  for (const ExperimentEntry& entry : catalog.experiments) {
    if (entry.holdback_of || !is_native(entry) || !is_live(entry)) continue;
    const std::string& seed = entry.phases.back().effective_seed;
    seeds.push_back(
        {fnv1a32(seed), seed, "the live experiment '" + entry.definition.key.str() + "'"});
    if (entry.definition.layer) layers.insert(*entry.definition.layer);
  }
  if (seeds.empty()) return seeds;
  for (const LayerKey& key : layers) {
    const auto layer = catalog.definitions.layers.find(key);
    const std::string& seed =
        layer == catalog.definitions.layers.end() ? key.str() : layer->second.seed;
    seeds.push_back({fnv1a32(seed), seed, "the layer '" + key.str() + "'"});
  }
  if (const auto& holdout = catalog.definitions.holdout) {
    seeds.push_back({fnv1a32(holdout->seed), holdout->seed, "the holdout"});
  }
  return seeds;
}

/// Units whose bucket under one seed is that under another are not split at random by either.
std::optional<std::string> seed_clash(const Catalog& catalog) {
  std::vector<LiveSeed> live = live_seeds(catalog);
  std::stable_sort(live.begin(), live.end(),
                   [](const LiveSeed& a, const LiveSeed& b) { return a.state < b.state; });
  const auto same =
      std::adjacent_find(live.begin(), live.end(),
                         [](const LiveSeed& a, const LiveSeed& b) { return a.state == b.state; });
  if (same == live.end()) return std::nullopt;
  const LiveSeed& second = *(same + 1);
  return "seed: '" + second.seed + "' of " + second.owner + " and '" + same->seed + "' of " +
         same->owner + " put every unit into the same bucket, expected another seed";
}

/// Rules of the flag say who comes first, or a layer keeps them apart.
bool may_share(const Catalog& catalog, const ExperimentEntry& a, const ExperimentEntry& b) {
  if (a.definition.layer && a.definition.layer == b.definition.layer) return true;
  const auto flag = catalog.definitions.flags.find(a.definition.flag);
  if (flag == catalog.definitions.flags.end()) return false;
  const auto is_placed = [&flag](const ExperimentEntry& entry) {
    return std::any_of(flag->second.rules->begin(), flag->second.rules->end(),
                       [&entry](const Value& rule) {
                         const Value* key = rule.find("experiment");
                         return key != nullptr && key->as_string() != nullptr &&
                                *key->as_string() == entry.definition.key.str();
                       });
  };
  return flag->second.rules && is_placed(a) && is_placed(b);
}

std::optional<std::string> flag_clash(const Catalog& catalog) {
  std::map<FlagKey, const ExperimentEntry*> splitting;
  for (const ExperimentEntry& entry : catalog.experiments) {
    const bool splits = !entry.holdback_of && is_native(entry) && entry.current_phase() != nullptr;
    if (!splits) continue;
    const auto [other, is_first] = splitting.emplace(entry.definition.flag, &entry);
    if (is_first || may_share(catalog, entry, *other->second)) continue;
    return entry.definition.key.str() + ": flag: '" + entry.definition.flag.str() +
           "' is split by the running experiment '" + other->second->definition.key.str() +
           "' already, expected another flag, one layer for both, a place for both in the flag's "
           "rules, "
           "or that one to end first";
  }
  return std::nullopt;
}

}  // namespace

ExperimentEntry* find_entry(Catalog& catalog, const ExperimentKey& key) {
  const auto found =
      std::find_if(catalog.experiments.begin(), catalog.experiments.end(),
                   [&key](const ExperimentEntry& entry) { return entry.definition.key == key; });
  return found == catalog.experiments.end() ? nullptr : &*found;
}

void put_entry(Catalog& catalog, ExperimentEntry entry) {
  auto& entries = catalog.experiments;
  const auto place =
      std::lower_bound(entries.begin(), entries.end(), entry.definition.key,
                       [](const ExperimentEntry& other, const ExperimentKey& wanted) {
                         return other.definition.key < wanted;
                       });
  if (place != entries.end() && place->definition.key == entry.definition.key) {
    *place = std::move(entry);
  } else {
    entries.insert(place, std::move(entry));
  }
}

Catalog next_version(Catalog content, const Catalog& present, Time now) {
  content.version = CatalogVersion{raw(present.version) + 1};
  content.created_at = now;
  content.content_hash = catalog_content_hash(content);
  return content;
}

bool is_native(const ExperimentEntry& entry) {
  return entry.definition.assignment == AssignmentSource::kNative;
}

bool is_live(const ExperimentEntry& entry) {
  return entry.current_phase() != nullptr || is_after_promotion(entry.state);
}

std::optional<std::string> live_clash(const Catalog& catalog) {
  if (auto clash = seed_clash(catalog)) return clash;
  return flag_clash(catalog);
}

Result<std::vector<MetricDefinition>> metrics_of(const ExperimentDefinition& experiment,
                                                 const Definitions& definitions) {
  std::vector<MetricDefinition> metrics;
  for (const MetricUse& use : experiment.metrics) {
    const auto found = definitions.metrics.find(use.metric);
    if (found == definitions.metrics.end()) {
      return Error{Errc::kInvalidArgument, "metrics: '" + use.metric.str() + "' is not defined"};
    }
    metrics.push_back(found->second);
  }
  return metrics;
}

Status start_randomisation(const Catalog& catalog, ExperimentEntry& entry, Time start) {
  const ExperimentDefinition& definition = entry.definition;
  Phase phase;
  phase.randomisation = entry.phases.empty() ? 1 : entry.phases.back().randomisation + 1;
  phase.effective_seed = definition.seed;
  if (phase.randomisation > 1) {
    phase.effective_seed += "/" + std::to_string(phase.randomisation);
  }
  phase.condition = definition.condition;
  std::vector<double> weights;
  for (const VariantDefinition& variant : definition.variants) weights.push_back(variant.weight);
  if (is_native(entry)) {
    if (definition.layer) {
      Result<BucketRanges> segments = resized_segments(
          entry.segments, free_segments(catalog, *definition.layer, definition.key),
          definition.traffic);
      if (!segments) return segments.error().within(definition.key.str());
      entry.segments = *std::move(segments);
    }
    phase.filters = enrolment_filters(catalog.definitions, definition, entry.segments);
    phase.allocation = first_allocation(weights, definition.layer ? kBuckets : definition.traffic);
  } else {
    phase.allocation.variants.resize(weights.size());
    phase.declared_weights = weights;
  }
  // With one method built, auto can only mean the confidence sequence.
  entry.resolved_method = Method::kConfidenceSequence;
  entry.post_hoc.assign(definition.metrics.size(), false);
  entry.state = ExperimentState::kRunning;
  entry.enrolment = Enrolment::kOpen;
  entry.promotion.reset();
  entry.extended_days = 0;
  open_phase(entry, std::move(phase), start);
  entry.started_at = entry.phases.back().start;
  return {};
}

void open_phase(ExperimentEntry& entry, Phase like, Time now) {
  CONVERGE_CHECK(entry.current_phase() == nullptr);
  like.number = entry.phases.empty() ? 1 : entry.phases.back().number + 1;
  like.start = not_before_last_phase(entry, now);
  like.end.reset();
  like.frozen_at.reset();
  like.ended_by_move = false;
  entry.phases.push_back(std::move(like));
}

void close_phase(ExperimentEntry& entry, Time now) {
  if (entry.current_phase() == nullptr) return;
  entry.phases.back().end = not_before_last_phase(entry, now);
}

void record_move(ExperimentEntry& entry, Time now) {
  if (!is_native(entry) || entry.phases.empty()) return;
  const Time at = not_before_last_phase(entry, now);
  CONVERGE_CHECK(entry.current_phase() == nullptr);
  // Only the first move after a stretch matters: later ones find every open window cut already.
  if (entry.phases.back().ended_by_move) return;
  if (entry.phases.back().end != at) {
    open_phase(entry, entry.phases.back(), at);
    entry.phases.back().end = at;
  }
  entry.phases.back().ended_by_move = true;
}

bool moves_members(const ExperimentEntry& before, const ExperimentEntry& after) {
  if (before.phases.empty() || !is_native(before)) return false;
  const std::vector<std::int16_t> members = before.phases.back().allocation.table();
  const std::vector<std::int16_t> served_before = served_table(before);
  const std::vector<std::int16_t> served_after = served_table(after);
  for (std::size_t bucket = 0; bucket < members.size(); ++bucket) {
    if (members[bucket] != kNoVariant && served_before[bucket] != served_after[bucket]) return true;
  }
  return false;
}

void note_moves(const ExperimentEntry& before, ExperimentEntry& after, Time now) {
  if (moves_members(before, after)) record_move(after, now);
}

std::vector<std::int16_t> served_table(const ExperimentEntry& entry) {
  std::vector<std::int16_t> table(kBuckets, 0);
  if (is_after_promotion(entry.state)) {
    const Promotion& promotion = *entry.promotion;
    for (const BucketRange& range : promotion.winner_ranges) serve(table, range, promotion.winner);
    const bool is_inside = promotion.holdback_winner && !promotion.holdback_is_outside;
    if (is_inside) serve(table, *promotion.holdback_winner, promotion.winner);
    return table;
  }
  if (const Phase* phase = entry.current_phase()) {
    for (std::size_t variant = 0; variant < phase->allocation.variants.size(); ++variant) {
      for (const BucketRange& range : phase->allocation.variants[variant]) {
        serve(table, range, static_cast<int>(variant));
      }
    }
  }
  return table;
}

}  // namespace converge
