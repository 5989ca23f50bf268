#include "server/api/experiment_document.h"

#include <algorithm>
#include <utility>

#include "base/time.h"
#include "engine/codec/definition.h"
#include "engine/codec/look_codec.h"

namespace converge {
namespace {

Value time_or_null(const std::optional<Time>& time) {
  return time ? Value::string(format_rfc3339(*time)) : Value();
}

/// Buckets of a variant in the newest phase; null while there is none.
Value buckets_document(const ExperimentEntry& entry, std::size_t variant) {
  if (entry.phases.empty()) return Value();
  const Allocation& allocation = entry.phases.back().allocation;
  if (variant >= allocation.variants.size()) return Value();
  return Value::integer(allocation.buckets_of(static_cast<int>(variant)));
}

Value variants_document(const ExperimentEntry& entry) {
  Value::Array variants;
  for (std::size_t i = 0; i < entry.definition.variants.size(); ++i) {
    const VariantDefinition& variant = entry.definition.variants[i];
    variants.push_back(Value::object({{"key", Value::string(variant.key.str())},
                                      {"weight", Value::real(variant.weight)},
                                      {"value", variant.value},
                                      {"buckets", buckets_document(entry, i)}}));
  }
  return Value::array(std::move(variants));
}

Value phase_document(const Phase& phase) {
  Value::Array buckets;
  for (std::size_t i = 0; i < phase.allocation.variants.size(); ++i) {
    buckets.push_back(Value::integer(phase.allocation.buckets_of(static_cast<int>(i))));
  }
  return Value::object({{"number", Value::integer(phase.number)},
                        {"randomisation", Value::integer(phase.randomisation)},
                        {"start", Value::string(format_rfc3339(phase.start))},
                        {"end", time_or_null(phase.end)},
                        {"ended_by_move", Value::boolean(phase.ended_by_move)},
                        {"frozen_at", time_or_null(phase.frozen_at)},
                        {"buckets", Value::array(std::move(buckets))}});
}

Value ranges_document(const BucketRanges& ranges) {
  Value::Array items;
  for (const BucketRange& range : ranges) {
    items.push_back(Value::array({Value::integer(range.lo), Value::integer(range.hi)}));
  }
  return Value::array(std::move(items));
}

Value promotion_document(const ExperimentEntry& entry) {
  if (!entry.promotion) return Value();
  const Promotion& promotion = *entry.promotion;
  const int served = size_of(promotion.winner_ranges);
  const auto winner = static_cast<std::size_t>(promotion.winner);
  const auto size_or_null = [](const std::optional<BucketRange>& range) {
    return range ? Value::integer(range->size()) : Value();
  };
  return Value::object(
      {{"winner", Value::string(entry.definition.variants.at(winner).key.str())},
       {"started_at", Value::string(format_rfc3339(promotion.started_at))},
       {"step", Value::integer(promotion.step)},
       {"step_started_at", Value::string(format_rfc3339(promotion.step_started_at))},
       {"winner_buckets", Value::integer(served)},
       {"winner_buckets_outside", Value::integer(size_of(promotion.outside_ranges))},
       {"holdback_buckets", size_or_null(promotion.holdback_old)}});
}

Value::Object look_members(const StoredLook& look) {
  return {{"id", Value::integer(look.id)},
          {"kind", Value::string(name_of(look.kind))},
          {"decision", to_document(look.decision)},
          {"acted", Value::boolean(look.acted)}};
}

}  // namespace

Value experiment_summary(const ExperimentEntry& entry) {
  const ExperimentDefinition& definition = entry.definition;
  return Value::object(
      {{"key", Value::string(definition.key.str())},
       {"state", Value::string(name_of(entry.state))},
       {"enrolment", Value::string(name_of(entry.enrolment))},
       {"flag", Value::string(definition.flag.str())},
       {"hypothesis", Value::string(definition.hypothesis)},
       {"owner", Value::string(definition.owner)},
       {"holdback_of", entry.holdback_of ? Value::string(entry.holdback_of->str()) : Value()},
       {"started_at", time_or_null(entry.started_at)},
       {"phase", entry.phases.empty() ? Value() : Value::integer(entry.phases.back().number)},
       {"variants", variants_document(entry)}});
}

Value experiment_detail(const ExperimentEntry& entry) {
  Value::Object members = *experiment_summary(entry).as_object();
  Value::Array phases;
  for (const Phase& phase : entry.phases) phases.push_back(phase_document(phase));
  members.emplace_back("phases", Value::array(std::move(phases)));
  members.emplace_back(
      "layer", entry.definition.layer ? Value::string(entry.definition.layer->str()) : Value());
  members.emplace_back("segments", ranges_document(entry.segments));
  members.emplace_back("promotion", promotion_document(entry));
  members.emplace_back("extended_days", Value::integer(entry.extended_days));
  members.emplace_back("definition", to_document(entry.definition));
  return Value::object(std::move(members));
}

Value look_document(const StoredLook& look) {
  Value::Object members = look_members(look);
  members.emplace_back("evidence", to_document(look.evidence));
  return Value::object(std::move(members));
}

Value receipt_document(const StoredLook& look) {
  Value::Object members = look_members(look);
  members.emplace_back("look_time", Value::string(format_rfc3339(look.evidence.look_time)));
  members.emplace_back("cursor", Value::integer(raw(look.evidence.cursor)));
  members.emplace_back("definitions_version", Value::string(look.evidence.definitions_version));
  return Value::object(std::move(members));
}

}  // namespace converge
