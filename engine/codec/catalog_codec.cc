#include "engine/codec/catalog_codec.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"
#include "engine/codec/stored_fields.h"

namespace converge {
namespace {

/// 2: layers, holdout, flags, enrolment. An older catalog simply has none.
constexpr std::int64_t kFormat = 2;
constexpr int kHashDigits = 8;

using Object = Value::Object;
using Array = Value::Array;

const char* method_name(Method method) {
  return method == Method::kAuto ? "auto" : "confidence_sequence";
}

Value range_document(const BucketRange& range) {
  return Value::array({Value::integer(range.lo), Value::integer(range.hi)});
}

Value ranges_document(const BucketRanges& ranges) {
  Array items;
  for (const BucketRange& range : ranges) items.push_back(range_document(range));
  return Value::array(std::move(items));
}

/// A metric's document has no key of its own.
Value metric_document(const MetricDefinition& metric) {
  return Value::object(
      {{"key", Value::string(metric.key.str())}, {"definition", to_document(metric)}});
}

Value definitions_document(const Definitions& definitions) {
  // An array, because the first kind is the default one.
  Array units;
  for (const auto& [kind, attribute] : definitions.units) {
    units.push_back(Value::object(
        {{"kind", Value::string(kind.str())}, {"attribute", Value::string(attribute)}}));
  }
  Array metrics;
  for (const auto& [key, metric] : definitions.metrics) metrics.push_back(metric_document(metric));
  Array experiments;
  for (const ExperimentDefinition& experiment : definitions.experiments) {
    experiments.push_back(to_document(experiment));
  }
  Object members{{"timezone", Value::string(definitions.timezone)},
                 {"units", Value::array(std::move(units))},
                 {"metrics", Value::array(std::move(metrics))},
                 {"experiments", Value::array(std::move(experiments))}};
  Object written;
  for (const auto& [key, flag] : definitions.flags) {
    written.emplace_back(key.str(), to_document(flag));
  }
  members.emplace_back("flags", Value::object(std::move(written)));
  Object layers;
  for (const auto& [key, layer] : definitions.layers) {
    layers.emplace_back(key.str(), Value::string(layer.seed));
  }
  members.emplace_back("layers", Value::object(std::move(layers)));
  if (const auto& holdout = definitions.holdout) {
    members.emplace_back("holdout", Value::object({{"share", Value::integer(holdout->share)},
                                                   {"seed", Value::string(holdout->seed)}}));
  }
  Object groups(definitions.saved_groups.begin(), definitions.saved_groups.end());
  members.emplace_back("saved_groups", Value::object(std::move(groups)));
  members.emplace_back("growthbook", definitions.growthbook);
  return Value::object(std::move(members));
}

Value filters_document(const std::vector<EnrolmentFilter>& filters) {
  Array items;
  for (const EnrolmentFilter& filter : filters) {
    items.push_back(Value::object(
        {{"seed", Value::string(filter.seed)}, {"ranges", ranges_document(filter.ranges)}}));
  }
  return Value::array(std::move(items));
}

Value phase_document(const Phase& phase) {
  Object members{{"number", Value::integer(phase.number)},
                 {"randomisation", Value::integer(phase.randomisation)},
                 {"effective_seed", Value::string(phase.effective_seed)},
                 {"start", time_document(phase.start)}};
  if (phase.end) members.emplace_back("end", time_document(*phase.end));
  if (phase.frozen_at) members.emplace_back("frozen_at", time_document(*phase.frozen_at));
  members.emplace_back("ended_by_move", Value::boolean(phase.ended_by_move));
  members.emplace_back("filters", filters_document(phase.filters));
  Array allocation;
  for (const BucketRanges& ranges : phase.allocation.variants) {
    allocation.push_back(ranges_document(ranges));
  }
  members.emplace_back("allocation", Value::array(std::move(allocation)));
  Array weights;
  for (const double weight : phase.declared_weights) weights.push_back(real_document(weight));
  members.emplace_back("declared_weights", Value::array(std::move(weights)));
  members.emplace_back("condition", phase.condition);
  return Value::object(std::move(members));
}

Value promotion_document(const Promotion& promotion) {
  Object members{{"winner", Value::integer(promotion.winner)},
                 {"started_at", time_document(promotion.started_at)},
                 {"step", Value::integer(promotion.step)},
                 {"step_started_at", time_document(promotion.step_started_at)},
                 {"winner_ranges", ranges_document(promotion.winner_ranges)},
                 {"outside_ranges", ranges_document(promotion.outside_ranges)},
                 {"holdback_is_outside", Value::boolean(promotion.holdback_is_outside)}};
  if (promotion.holdback_old) {
    members.emplace_back("holdback_old", range_document(*promotion.holdback_old));
  }
  if (promotion.holdback_winner) {
    members.emplace_back("holdback_winner", range_document(*promotion.holdback_winner));
  }
  return Value::object(std::move(members));
}

Value entry_document(const ExperimentEntry& entry) {
  Array metrics;
  for (const MetricDefinition& metric : entry.metrics) metrics.push_back(metric_document(metric));
  Array post_hoc;
  for (const bool is_post_hoc : entry.post_hoc) post_hoc.push_back(Value::boolean(is_post_hoc));
  Array phases;
  for (const Phase& phase : entry.phases) phases.push_back(phase_document(phase));
  Object members{{"definition", to_document(entry.definition)},
                 {"metrics", Value::array(std::move(metrics))},
                 {"post_hoc", Value::array(std::move(post_hoc))},
                 {"state", Value::string(name_of(entry.state))},
                 {"enrolment", Value::string(name_of(entry.enrolment))},
                 {"segments", ranges_document(entry.segments)},
                 {"resolved_method", Value::string(method_name(entry.resolved_method))},
                 {"phases", Value::array(std::move(phases))}};
  if (entry.promotion) members.emplace_back("promotion", promotion_document(*entry.promotion));
  if (entry.holdback_of) {
    members.emplace_back("holdback_of", Value::string(entry.holdback_of->str()));
  }
  if (entry.started_at) members.emplace_back("started_at", time_document(*entry.started_at));
  members.emplace_back("extended_days", Value::integer(entry.extended_days));
  return Value::object(std::move(members));
}

Value content_document(const Catalog& catalog) {
  Array experiments;
  for (const ExperimentEntry& entry : catalog.experiments) {
    experiments.push_back(entry_document(entry));
  }
  return Value::object({{"definitions", definitions_document(catalog.definitions)},
                        {"experiments", Value::array(std::move(experiments))}});
}

std::optional<BucketRange> range_in(const Value& value) {
  const Array* bounds = value.as_array();
  if (bounds == nullptr || bounds->size() != 2) return std::nullopt;
  BucketRange range;
  for (const auto& [bound, target] :
       {std::pair{&(*bounds)[0], &range.lo}, std::pair{&(*bounds)[1], &range.hi}}) {
    const Value::Number* number = bound->as_number();
    if (number == nullptr || number->value < 0 || number->value > kBuckets) return std::nullopt;
    *target = static_cast<int>(number->value);
    if (static_cast<double>(*target) != number->value) return std::nullopt;
  }
  if (range.size() < 0) return std::nullopt;
  return range;
}

BucketRanges read_ranges(const Value& value, const std::string& path,
                         StoredFields::Damage& damage) {
  BucketRanges ranges;
  const Array* items = value.as_array();
  if (items == nullptr) {
    damage.note(path, "expected an array of bucket ranges");
    return ranges;
  }
  for (const Value& item : *items) {
    const auto range = range_in(item);
    if (!range) damage.note(path, "expected [lo, hi] with 0 <= lo <= hi <= 10000");
    ranges.push_back(range.value_or(BucketRange{}));
  }
  return ranges;
}

BucketRanges read_optional_ranges(const StoredFields& fields, const char* name) {
  const Value* value = fields.optional(name);
  if (value == nullptr) return {};
  return read_ranges(*value, fields.path_of(name), fields.damage());
}

/// Members of an optional object.
const Object& members_in(const StoredFields& fields, const char* name) {
  static const Object kNone;
  const Value* value = fields.optional(name);
  const Object* members = value == nullptr ? nullptr : value->as_object();
  return members == nullptr ? kNone : *members;
}

std::optional<BucketRange> read_optional_range(const StoredFields& fields, const char* name) {
  const Value* value = fields.optional(name);
  if (value == nullptr) return std::nullopt;
  const auto range = range_in(*value);
  if (!range) fields.damage().note(fields.path_of(name), "expected [lo, hi]");
  return range;
}

MetricDefinition read_metric(const StoredFields& fields) {
  auto metric = metric_from(fields.id<MetricKey>("key"), fields.required("definition"));
  if (!metric) fields.damage().note(fields.path_of("definition"), metric.error().message);
  return metric ? std::move(*metric) : MetricDefinition{};
}

ExperimentDefinition read_experiment(const Value& document, const std::string& path,
                                     StoredFields::Damage& damage) {
  auto experiment = experiment_from(document);
  if (!experiment) damage.note(path, experiment.error().message);
  return experiment ? std::move(*experiment) : ExperimentDefinition{};
}

void read_assignment_part(const StoredFields& fields, Definitions& definitions) {
  for (const auto& [name, flag] : members_in(fields, "flags")) {
    FlagDefinition definition;
    if (const Value* value = flag.find("default")) definition.default_value = *value;
    const Value* rules = flag.find("rules");
    if (rules != nullptr && rules->as_array() != nullptr) definition.rules = *rules->as_array();
    if (const Value* rest = flag.find("growthbook")) definition.growthbook = *rest;
    definitions.flags[FlagKey(name)] = std::move(definition);
  }
  for (const auto& [name, seed] : members_in(fields, "layers")) {
    const std::string* text = seed.as_string();
    definitions.layers[LayerKey(name)] = {text == nullptr ? name : *text};
  }
  if (fields.optional("holdout") != nullptr) {
    const StoredFields holdout = fields.object("holdout");
    definitions.holdout = {holdout.small_integer("share"), holdout.text("seed")};
  }
  for (const auto& [name, group] : members_in(fields, "saved_groups")) {
    definitions.saved_groups[name] = group;
  }
  if (const Value* rest = fields.optional("growthbook")) definitions.growthbook = *rest;
}

Definitions read_definitions_part(const StoredFields& fields) {
  Definitions definitions;
  read_assignment_part(fields, definitions);
  definitions.timezone = fields.text("timezone");
  definitions.units = fields.objects("units", [](const StoredFields& unit) {
    return std::pair(unit.id<UnitKind>("kind"), unit.text("attribute"));
  });
  for (MetricDefinition& metric : fields.objects("metrics", read_metric)) {
    const MetricKey key = metric.key;
    definitions.metrics.insert_or_assign(key, std::move(metric));
  }
  const Array& experiments = fields.array("experiments");
  for (std::size_t i = 0; i < experiments.size(); ++i) {
    definitions.experiments.push_back(
        read_experiment(experiments[i], fields.item_of("experiments", i), fields.damage()));
  }
  return definitions;
}

Phase read_phase(const StoredFields& fields) {
  Phase phase;
  phase.number = fields.small_integer("number");
  phase.randomisation = fields.small_integer("randomisation");
  phase.effective_seed = fields.text("effective_seed");
  phase.start = fields.time("start");
  phase.end = fields.optional_time("end");
  phase.frozen_at = fields.optional_time("frozen_at");
  phase.ended_by_move = fields.boolean("ended_by_move");
  if (fields.optional("filters") != nullptr) {
    phase.filters = fields.objects("filters", [](const StoredFields& filter) {
      return EnrolmentFilter{
          filter.text("seed"),
          read_ranges(filter.required("ranges"), filter.path_of("ranges"), filter.damage())};
    });
  }
  const Array& allocation = fields.array("allocation");
  for (std::size_t i = 0; i < allocation.size(); ++i) {
    phase.allocation.variants.push_back(
        read_ranges(allocation[i], fields.item_of("allocation", i), fields.damage()));
  }
  phase.declared_weights = fields.reals("declared_weights");
  phase.condition = fields.required("condition");
  return phase;
}

Promotion read_promotion(const StoredFields& fields) {
  Promotion promotion;
  promotion.winner = fields.small_integer("winner");
  promotion.started_at = fields.time("started_at");
  promotion.step = fields.small_integer("step");
  promotion.step_started_at = fields.time("step_started_at");
  promotion.winner_ranges = read_ranges(fields.required("winner_ranges"),
                                        fields.path_of("winner_ranges"), fields.damage());
  promotion.outside_ranges = read_optional_ranges(fields, "outside_ranges");
  promotion.holdback_is_outside =
      fields.optional("holdback_is_outside") != nullptr && fields.boolean("holdback_is_outside");
  promotion.holdback_old = read_optional_range(fields, "holdback_old");
  promotion.holdback_winner = read_optional_range(fields, "holdback_winner");
  return promotion;
}

ExperimentEntry read_entry(const StoredFields& fields) {
  ExperimentEntry entry;
  entry.definition =
      read_experiment(fields.required("definition"), fields.path_of("definition"), fields.damage());
  entry.metrics = fields.objects("metrics", read_metric);
  entry.post_hoc = fields.booleans("post_hoc");
  entry.state = fields.one_of<ExperimentState>(
      "state",
      {ExperimentState::kDraft, ExperimentState::kRunning, ExperimentState::kRamping,
       ExperimentState::kWatching, ExperimentState::kPromoted, ExperimentState::kRolledBack,
       ExperimentState::kStopped, ExperimentState::kInconclusive, ExperimentState::kConcluded},
      name_of);
  entry.enrolment =
      fields
          .optional_one_of<Enrolment>(
              "enrolment", {Enrolment::kOpen, Enrolment::kPaused, Enrolment::kFrozen}, name_of)
          .value_or(Enrolment::kOpen);
  entry.segments = read_optional_ranges(fields, "segments");
  entry.resolved_method = fields.one_of<Method>(
      "resolved_method", {Method::kAuto, Method::kConfidenceSequence}, method_name);
  entry.phases = fields.objects("phases", read_phase);
  if (fields.optional("promotion") != nullptr) {
    entry.promotion = read_promotion(fields.object("promotion"));
  }
  if (fields.optional("holdback_of") != nullptr) {
    entry.holdback_of = fields.id<ExperimentKey>("holdback_of");
  }
  entry.started_at = fields.optional_time("started_at");
  entry.extended_days = fields.small_integer("extended_days");
  return entry;
}

}  // namespace

Value catalog_document(const Catalog& catalog) {
  Object members{{"format", Value::integer(kFormat)},
                 {"version", Value::integer(raw(catalog.version))},
                 {"content_hash", Value::string(catalog.content_hash)},
                 {"created_at", time_document(catalog.created_at)}};
  const Value content = content_document(catalog);
  for (const Value::Member& member : *content.as_object()) members.push_back(member);
  return Value::object(std::move(members));
}

std::string encode_catalog(const Catalog& catalog) {
  return to_json(catalog_document(catalog));
}

Result<Catalog> decode_catalog(std::string_view bytes) {
  const auto document = parse_json(bytes, kStoredJsonLimits);
  if (!document) return Error{Errc::kInternal, "catalog: " + document.error().message};
  if (const Status status = check_format(*document, kFormat, "catalog"); !status) {
    return status.error();
  }
  StoredFields::Damage damage;
  const StoredFields fields(*document, "catalog", damage);
  Catalog catalog;
  catalog.version = CatalogVersion{fields.integer("version")};
  catalog.content_hash = fields.text("content_hash");
  catalog.created_at = fields.time("created_at");
  catalog.definitions = read_definitions_part(fields.object("definitions"));
  catalog.experiments = fields.objects("experiments", read_entry);
  if (damage.error()) return *damage.error();
  return catalog;
}

std::string catalog_content_hash(const Catalog& catalog) {
  return hex_prefix(sha256(to_json(content_document(catalog))), kHashDigits);
}

}  // namespace converge
