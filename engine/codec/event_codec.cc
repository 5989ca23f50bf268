#include "engine/codec/event_codec.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/decimal.h"
#include "engine/codec/json.h"
#include "engine/model/unit_id.h"

namespace converge {
namespace {

constexpr std::size_t kNameBytesMax = 256;
constexpr std::size_t kUnitKindsMax = 8;

constexpr std::array<const char*, kRejectReasons> kReasonNames = {
    "not_json", "type", "id", "ts", "ts_future", "unit", "exposure", "outcome", "value"};
constexpr std::array<EventType, 5> kTypes = {EventType::kExposure, EventType::kOutcome,
                                             EventType::kLink, EventType::kRetract,
                                             EventType::kErase};
constexpr std::array<const char*, 4> kSourceNames = {"experiment", "forced", "override", "qa"};
constexpr std::array<const char*, 2> kTargetNames = {"outcome", "exposure"};

using Finding = std::optional<Rejection>;

Rejection rejection(RejectReason reason, std::string message) {
  return {reason, std::move(message)};
}

/// The member, where a null one is absent.
const Value* present(const Value& sent, std::string_view name) {
  const Value* member = sent.find(name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

std::string described(const Value* member) {
  if (member == nullptr) return "it is missing";
  if (const std::string* text = member->as_string()) {
    constexpr std::size_t kShown = 40;
    if (text->size() > kShown) return "a string of " + std::to_string(text->size()) + " bytes came";
    return "\"" + *text + "\" came";
  }
  return "a value of type " + std::string(name_of(member->type())) + " came";
}

std::string expected(std::string_view member, std::string_view what, const Value* got) {
  return std::string(member) + ": expected " + std::string(what) + ", " + described(got);
}

/// A name of at most kNameBytesMax bytes, else null.
const std::string* name_in(const Value* member) {
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr || text->empty() || text->size() > kNameBytesMax ? nullptr : text;
}

template <std::size_t kCount>
std::optional<std::size_t> index_in(const std::array<const char*, kCount>& names,
                                    const Value& member) {
  const std::string* text = member.as_string();
  if (text == nullptr) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

Finding read_type(const Value& sent, Event& event) {
  constexpr std::string_view kExpected = "exposure, outcome, link, retract or erase";
  const Value* type = present(sent, "type");
  const std::string* text = type == nullptr ? nullptr : type->as_string();
  const std::optional<EventType> named = text == nullptr ? std::nullopt : event_type_named(*text);
  if (!named) return rejection(RejectReason::kType, expected("type", kExpected, type));
  event.type = *named;
  const Value* of = event.type == EventType::kRetract ? present(sent, "of") : nullptr;
  if (of == nullptr) return std::nullopt;
  const std::optional<std::size_t> target = index_in(kTargetNames, *of);
  if (!target) return rejection(RejectReason::kType, expected("of", "outcome or exposure", of));
  event.of = static_cast<RetractTarget>(*target);
  return std::nullopt;
}

Finding check_may_send(const Event& event, const IntakeRules& rules) {
  if (rules.types.empty()) return std::nullopt;
  if (std::find(rules.types.begin(), rules.types.end(), event.type) != rules.types.end()) {
    return std::nullopt;
  }
  std::string allowed;
  for (const EventType type : rules.types) {
    allowed.append(allowed.empty() ? "" : ", ").append(name_of(type));
  }
  return rejection(RejectReason::kType, std::string("type: this key may send ") + allowed +
                                            ", not " + name_of(event.type));
}

Finding read_id(const Value& sent, Event& event) {
  const Value* id = present(sent, "id");
  const bool required = event.type == EventType::kOutcome || event.type == EventType::kRetract;
  if (id == nullptr && !required) return std::nullopt;
  const std::string* text = name_in(id);
  if (text == nullptr) {
    return rejection(RejectReason::kId, expected("id", "a string of 1 to 256 bytes", id));
  }
  event.id = *text;
  return std::nullopt;
}

Finding read_ts(const Value& sent, Event& event) {
  const Value* ts = present(sent, "ts");
  const std::string* text = ts == nullptr ? nullptr : ts->as_string();
  if (text == nullptr) {
    return rejection(RejectReason::kTs, expected("ts", "an RFC 3339 time", ts));
  }
  const Result<Time> time = parse_rfc3339(*text);
  if (!time) return rejection(RejectReason::kTs, time.error().within("ts").message);
  event.ts = *time;
  return std::nullopt;
}

Finding read_unit(const std::string& kind, const Value& id, std::vector<Unit>& units) {
  const std::string where = "units." + kind;
  if (kind.empty() || kind.size() > kNameBytesMax) {
    return rejection(RejectReason::kUnit, "units: a unit kind has 1 to 256 bytes");
  }
  const std::string* text = id.as_string();
  if (text == nullptr) {
    return rejection(RejectReason::kUnit, expected(where, "a string", &id));
  }
  const Status checked = check_unit_id(*text);
  if (!checked) return rejection(RejectReason::kUnit, checked.error().within(where).message);
  units.push_back({UnitKind(kind), *text});
  return std::nullopt;
}

Finding read_named_units(const Value& named, std::vector<Unit>& units) {
  const Value::Object* members = named.as_object();
  if (members == nullptr) {
    return rejection(RejectReason::kUnit, expected("units", "an object {kind: id}", &named));
  }
  for (const auto& [kind, id] : *members) {
    if (id.is_null()) continue;
    if (Finding finding = read_unit(kind, id, units)) return finding;
  }
  return std::nullopt;
}

Finding read_units(const Value& sent, const UnitKind& default_kind, Event& event) {
  const Value* unit = present(sent, "unit");
  const Value* units = present(sent, "units");
  if ((unit == nullptr) == (units == nullptr)) {
    return rejection(RejectReason::kUnit, unit == nullptr
                                              ? "unit: expected unit or units, none came"
                                              : "unit: expected unit or units, both came");
  }
  if (Finding finding = unit != nullptr ? read_unit(default_kind.str(), *unit, event.units)
                                        : read_named_units(*units, event.units)) {
    return finding;
  }
  std::sort(event.units.begin(), event.units.end());
  const std::size_t least = event.type == EventType::kLink ? 2 : 1;
  if (event.units.size() < least || event.units.size() > kUnitKindsMax) {
    return rejection(RejectReason::kUnit, "units: expected " + std::to_string(least) + " to " +
                                              std::to_string(kUnitKindsMax) + " units, " +
                                              std::to_string(event.units.size()) + " came");
  }
  return std::nullopt;
}

/// An object or nothing.
bool read_object(const Value& sent, std::string_view name, Value& target) {
  const Value* member = present(sent, name);
  if (member == nullptr) return true;
  if (member->as_object() == nullptr) return false;
  target = *member;
  return true;
}

Finding read_exposure(const Value& sent, Event& event) {
  constexpr RejectReason kReason = RejectReason::kExposure;
  const Value* experiment = present(sent, "experiment");
  const Value* variant = present(sent, "variant");
  const Value* source = present(sent, "source");
  if (name_in(experiment) == nullptr) {
    return rejection(kReason, expected("experiment", "a string of 1 to 256 bytes", experiment));
  }
  if (name_in(variant) == nullptr) {
    return rejection(kReason, expected("variant", "a string of 1 to 256 bytes", variant));
  }
  event.experiment = ExperimentKey(*experiment->as_string());
  event.variant = VariantKey(*variant->as_string());
  if (!read_object(sent, "attributes", event.attributes)) {
    return rejection(kReason, expected("attributes", "an object", sent.find("attributes")));
  }
  if (source == nullptr) return std::nullopt;
  const std::optional<std::size_t> index = index_in(kSourceNames, *source);
  if (!index) {
    return rejection(kReason, expected("source", "experiment, forced, override or qa", source));
  }
  event.source = static_cast<ExposureSource>(*index);
  return std::nullopt;
}

Finding read_outcome(const Value& sent, Event& event) {
  const Value* name = present(sent, "name");
  if (name_in(name) == nullptr) {
    return rejection(RejectReason::kOutcome, expected("name", "a string of 1 to 256 bytes", name));
  }
  event.name = EventName(*name->as_string());
  if (!read_object(sent, "properties", event.properties)) {
    return rejection(RejectReason::kOutcome,
                     expected("properties", "an object", sent.find("properties")));
  }
  return std::nullopt;
}

Finding check_numbers(const Value& value, const std::string& where) {
  if (const Value::Number* number = value.as_number()) {
    const Result<Decimal> decimal = Decimal::parse(number->text);
    if (decimal) return std::nullopt;
    return rejection(RejectReason::kValue, decimal.error().within(where).message);
  }
  if (const Value::Array* items = value.as_array()) {
    for (const Value& item : *items) {
      if (Finding finding = check_numbers(item, where + "[]")) return finding;
    }
  }
  if (const Value::Object* members = value.as_object()) {
    for (const auto& [name, member] : *members) {
      if (Finding finding = check_numbers(member, where + "." + name)) return finding;
    }
  }
  return std::nullopt;
}

Finding read_value(const Value& sent, Event& event) {
  if (const Value* value = present(sent, "value")) {
    if (value->as_number() == nullptr) {
      return rejection(RejectReason::kValue, expected("value", "a number", value));
    }
    event.value = *value;
  }
  if (Finding finding = check_numbers(event.value, "value")) return finding;
  return check_numbers(event.properties, "properties");
}

Finding check_not_future(const Event& event, const IntakeRules& rules) {
  if (event.ts <= rules.now + rules.ahead_max) return std::nullopt;
  return rejection(RejectReason::kTsFuture, "ts: " + format_rfc3339(event.ts) + " is more than " +
                                                format_duration(rules.ahead_max) +
                                                " ahead of the clock, " +
                                                format_rfc3339(rules.now));
}

/// The checks in the order of RejectReason; without rules those of the clock are left out.
Finding read_event(const Value& sent, const UnitKind& default_kind, const IntakeRules* rules,
                   Event& event) {
  if (sent.as_object() == nullptr) {
    return rejection(RejectReason::kNotJson, expected("event", "a JSON object", &sent));
  }
  if (Finding finding = read_type(sent, event)) return finding;
  if (rules != nullptr) {
    if (Finding finding = check_may_send(event, *rules)) return finding;
  }
  if (Finding finding = read_id(sent, event)) return finding;
  if (Finding finding = read_ts(sent, event)) return finding;
  if (rules != nullptr) {
    if (Finding finding = check_not_future(event, *rules)) return finding;
  }
  if (Finding finding = read_units(sent, default_kind, event)) return finding;
  if (event.type == EventType::kExposure) return read_exposure(sent, event);
  if (event.type != EventType::kOutcome) return std::nullopt;
  if (Finding finding = read_outcome(sent, event)) return finding;
  return read_value(sent, event);
}

/// What was sent with `unit` written as `units`; everything else as it came.
std::string canonical_bytes(const Value& sent, const Event& event) {
  if (present(sent, "unit") == nullptr) return to_canonical_json(sent);
  Value::Object members;
  for (const Value::Member& member : *sent.as_object()) {
    if (member.first != "unit" && member.first != "units") members.push_back(member);
  }
  const Unit& unit = event.units.front();
  members.emplace_back("units", Value::object({{unit.kind.str(), Value::string(unit.id)}}));
  return to_canonical_json(Value::object(std::move(members)));
}

void append_part(std::string& bytes, std::string_view part) {
  bytes += std::to_string(part.size());
  bytes += ':';
  bytes += part;
}

}  // namespace

std::optional<EventType> event_type_named(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [name](EventType type) { return name == name_of(type); });
  return found == kTypes.end() ? std::nullopt : std::optional(*found);
}

const char* name_of(RejectReason reason) {
  return kReasonNames.at(static_cast<std::size_t>(reason));
}

std::variant<AcceptedEvent, Rejection> accept_event(const Value& sent, const IntakeRules& rules) {
  AcceptedEvent accepted;
  if (Finding finding = read_event(sent, rules.default_unit_kind, &rules, accepted.event)) {
    return *std::move(finding);
  }
  accepted.canonical = canonical_bytes(sent, accepted.event);
  return accepted;
}

Result<Event> decode_event(std::string_view canonical) {
  JsonLimits limits;
  limits.depth_max *= 2;  // whatever passed at ingest passes here
  Result<Value> sent = parse_json(canonical, limits);
  if (!sent) return Error{Errc::kInternal, sent.error().within("log row").message};
  Event event;
  if (const Finding finding = read_event(*sent, UnitKind("user_id"), nullptr, event)) {
    return Error{Errc::kInternal, "log row: " + finding->message};
  }
  return event;
}

std::string event_identity(const Event& event, std::string_view canonical) {
  if (event.type == EventType::kExposure && event.id.empty()) return "=" + std::string(canonical);
  std::string identity = name_of(event.type);
  for (const Unit& unit : event.units) {
    identity += ';';
    append_part(identity, unit.kind.str());
    append_part(identity, unit.id);
  }
  identity += '#';
  append_part(identity, event.id);
  return identity;
}

}  // namespace converge
