#include "server/growthbook/tracked_item.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/sha256.h"
#include "base/time.h"
#include "engine/assign/unit_id.h"
#include "engine/codec/json.h"

namespace converge::growthbook {
namespace {

using Names = std::span<const std::string_view>;

constexpr int kIdDigits = 32;

// Experiment, attribute and so on have one name per dialect.
constexpr std::string_view kEventName[] = {"event_name"};
constexpr std::string_view kExposureEvents[] = {"Experiment Viewed", "$$experiment_viewed"};
constexpr std::string_view kUsageEvents[] = {"Feature Evaluated", "$$feature_evaluated"};
constexpr std::string_view kProperties[] = {"properties_json", "properties"};
constexpr std::string_view kAttributes[] = {"context_json", "attributes"};
constexpr std::string_view kExperiment[] = {"experimentId", "experiment_id"};
constexpr std::string_view kVariation[] = {"variation_key", "variationId", "variation_id"};
constexpr std::string_view kHashAttribute[] = {"hashAttribute", "hash_attribute"};
constexpr std::string_view kHashValue[] = {"hashValue", "hash_value"};
// Of no dialect: for callbacks that people write themselves.
constexpr std::string_view kTs[] = {"ts"};
constexpr std::string_view kId[] = {"id"};

bool contains(Names names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The first of the members that is there and not null.
const Value* member_of(const Value& object, Names names) {
  for (const std::string_view name : names) {
    const Value* member = object.find(name);
    if (member != nullptr && !member->is_null()) return member;
  }
  return nullptr;
}

/// Null for what is no text, or an empty one.
const std::string* text_of(const Value& object, Names names) {
  const Value* member = member_of(object, names);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr || text->empty() ? nullptr : text;
}

bool is_false(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr && member->as_boolean() != nullptr && !*member->as_boolean();
}

/// An item and where its parts stand.
struct Item {
  const Value& sent;
  const Value& properties;
  const Value& attributes;
  const Definitions& definitions;
};

/// The reference SDK takes these attributes out of the context: the first that is there becomes
/// device_id.
constexpr std::array<std::string_view, 3> kDeviceAttributes = {"device_id", "anonymous_id", "id"};

bool carries_units(const Definitions& definitions, std::string_view attribute) {
  if (definitions.attribute_of(definitions.default_unit_kind()) == attribute) return true;
  return std::any_of(definitions.units.begin(), definitions.units.end(),
                     [attribute](const auto& unit) { return unit.second == attribute; });
}

/// Whether the item's device_id is this attribute: the first of them that a unit kind uses.
bool is_device(const Item& item, std::string_view attribute) {
  const auto first =
      std::find_if(kDeviceAttributes.begin(), kDeviceAttributes.end(),
                   [&item](std::string_view one) { return carries_units(item.definitions, one); });
  return first != kDeviceAttributes.end() && *first == attribute;
}

/// The id that an attribute of the user had, as far as the item still tells it.
std::optional<std::string> id_of(const Item& item, std::string_view attribute) {
  const Value* value = item.attributes.find(attribute);
  if (value == nullptr && attribute == "user_id") value = item.sent.find("user_id");
  if (value == nullptr && is_device(item, attribute)) value = item.sent.find("device_id");
  return value == nullptr ? std::nullopt : unit_id_text(*value);
}

/// An attribute that is no unit kind's is a kind of its own.
UnitKind kind_of(const std::string& attribute, const ExperimentEntry* entry,
                 const Definitions& definitions) {
  if (entry != nullptr && definitions.attribute_of(entry->definition.unit) == attribute) {
    return entry->definition.unit;
  }
  const auto found =
      std::find_if(definitions.units.begin(), definitions.units.end(),
                   [&attribute](const auto& unit) { return unit.second == attribute; });
  if (found != definitions.units.end()) return found->first;
  const UnitKind& kind = definitions.default_unit_kind();
  return definitions.attribute_of(kind) == attribute ? kind : UnitKind(attribute);
}

/// The whole number below `count` that a text of digits or a JSON number says.
std::optional<std::size_t> index_below(const std::string& digits, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (digits == std::to_string(i)) return i;
  }
  return std::nullopt;
}

/// Keys go before indexes. Of an experiment that is not known the text stays as it was sent, and
/// the fold decides.
std::optional<std::string> variant_of(const Value* sent, const ExperimentEntry* entry) {
  if (sent == nullptr) return std::nullopt;
  const std::string* text = sent->as_string();
  if (text == nullptr && sent->as_number() != nullptr) text = &sent->as_number()->text;
  if (text == nullptr || text->empty()) return std::nullopt;
  if (entry == nullptr) return *text;
  const auto& variants = entry->definition.variants;
  if (sent->as_string() != nullptr && entry->variant_index(VariantKey(*text)) != kNoVariant) {
    return *text;
  }
  const std::optional<std::size_t> index = index_below(*text, variants.size());
  return index ? variants[*index].key.str() : *text;
}

/// What has no place of its own. `taken` names the member that became the event's own.
Value rest_of(const Value& sent, Names taken) {
  Value::Object rest;
  for (const auto& [name, value] : *sent.as_object()) {
    const bool has_place = name == "ts" || name == "id" || contains(taken, name);
    if (!has_place && !value.is_null()) rest.emplace_back(name, value);
  }
  return Value::object(std::move(rest));
}

/// Adds `ts`, and that it is ours where none was sent.
void add_time(Value::Object& event, const Value& sent, Time received_at) {
  if (const Value* ts = member_of(sent, kTs)) {
    event.emplace_back("ts", *ts);
    return;
  }
  event.emplace_back("ts", Value::string(format_rfc3339(received_at)));
  event.emplace_back("ts_source", Value::string("received"));
}

std::variant<Value, UsageItem, Rejection> exposure_of(const Item& item, const Catalog& catalog,
                                                      Time received_at) {
  const Value& properties = item.properties;
  const std::string* experiment = text_of(properties, kExperiment);
  if (experiment == nullptr) {
    return Rejection{RejectReason::kExposure, "experimentId: expected a text"};
  }
  if (is_false(properties, "in_experiment")) {
    return Rejection{RejectReason::kExposure, "in_experiment: false is no exposure"};
  }
  const ExperimentEntry* entry = catalog.find(ExperimentKey(*experiment));
  const std::optional<std::string> variant = variant_of(member_of(properties, kVariation), entry);
  if (!variant) {
    return Rejection{RejectReason::kExposure, "variationId: expected a key or an index"};
  }
  const UnitKind& unit_kind =
      entry == nullptr ? item.definitions.default_unit_kind() : entry->definition.unit;
  const std::string* named = text_of(properties, kHashAttribute);
  const std::string& attribute =
      named == nullptr ? item.definitions.attribute_of(unit_kind) : *named;
  const Value* hashed = member_of(properties, kHashValue);
  const std::optional<std::string> id =
      hashed == nullptr ? id_of(item, attribute) : unit_id_text(*hashed);
  if (!id) {
    return Rejection{RejectReason::kUnit, "hashValue: expected an id, or the attribute \"" +
                                              attribute + "\" among the attributes"};
  }
  const UnitKind kind = kind_of(attribute, entry, item.definitions);
  const char* source = is_false(properties, "hash_used") ? "forced" : "experiment";
  Value::Object event{{"type", Value::string("exposure")}};
  if (const Value* own = member_of(item.sent, kId)) event.emplace_back("id", *own);
  add_time(event, item.sent, received_at);
  event.emplace_back("units", Value::object({{kind.str(), Value::string(*id)}}));
  event.emplace_back("experiment", Value::string(*experiment));
  event.emplace_back("variant", Value::string(*variant));
  event.emplace_back("source", Value::string(source));
  event.emplace_back("attributes", item.attributes);
  event.emplace_back("growthbook", rest_of(item.sent, kAttributes));
  return Value::object(std::move(event));
}

/// Every unit of the user that may be one.
Value units_of(const Item& item) {
  std::vector<std::pair<UnitKind, std::string>> kinds = item.definitions.units;
  if (kinds.empty()) {
    const UnitKind& kind = item.definitions.default_unit_kind();
    kinds.emplace_back(kind, item.definitions.attribute_of(kind));
  }
  Value::Object units;
  for (const auto& [kind, attribute] : kinds) {
    const std::optional<std::string> id = id_of(item, attribute);
    if (id && check_unit_id(*id)) units.emplace_back(kind.str(), Value::string(*id));
  }
  return Value::object(std::move(units));
}

Value outcome_of(const Item& item, const std::string& name, Time received_at,
                 const std::string& salt) {
  const Value* own = member_of(item.sent, kId);
  const std::string made = hex_prefix(sha256(to_canonical_json(item.sent) + salt), kIdDigits);
  Value::Object event{{"type", Value::string("outcome")},
                      {"id", own == nullptr ? Value::string("track-" + made) : *own}};
  add_time(event, item.sent, received_at);
  event.emplace_back("units", units_of(item));
  event.emplace_back("name", Value::string(name));
  event.emplace_back("properties", item.properties);
  event.emplace_back("growthbook", rest_of(item.sent, kProperties));
  return Value::object(std::move(event));
}

}  // namespace

std::variant<Value, UsageItem, Rejection> event_of_item(const Value& item, const Catalog& catalog,
                                                        Time received_at, const std::string& salt) {
  static const Value kNothing = Value::object({});
  if (item.as_object() == nullptr) {
    return Rejection{RejectReason::kNotJson, "item: expected an object"};
  }
  const std::string* name = text_of(item, kEventName);
  if (name == nullptr) return Rejection{RejectReason::kType, "event_name: expected a text"};
  if (contains(kUsageEvents, *name)) return UsageItem{};
  const bool is_exposure = contains(kExposureEvents, *name);
  const Value* properties = member_of(item, kProperties);
  const Value* attributes = member_of(item, kAttributes);
  for (const Value* part : {properties, attributes}) {
    if (part != nullptr && part->as_object() == nullptr) {
      return Rejection{is_exposure ? RejectReason::kExposure : RejectReason::kOutcome,
                       "properties and attributes: expected objects"};
    }
  }
  const Item parts{item, properties == nullptr ? kNothing : *properties,
                   attributes == nullptr ? kNothing : *attributes, catalog.definitions};
  if (is_exposure) return exposure_of(parts, catalog, received_at);
  return outcome_of(parts, *name, received_at, salt);
}

}  // namespace converge::growthbook
