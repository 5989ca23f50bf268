#include "engine/model/catalog.h"

#include <algorithm>

#include "base/sha256.h"
#include "engine/model/exact_number.h"

namespace converge {
namespace {

constexpr int kHashDigits = 8;

/// A text that two definitions share exactly when they are equal: every part carries its length, so
/// that no two different sequences of parts run together into the same bytes.
class CanonicalText {
 public:
  CanonicalText& text(std::string_view part) {
    bytes_ += std::to_string(part.size());
    bytes_ += ':';
    bytes_ += part;
    return *this;
  }
  CanonicalText& integer(std::int64_t value) { return text(std::to_string(value)); }

  CanonicalText& value(const Value& value) {
    text(name_of(value.type()));
    switch (value.type()) {
      case Value::Type::kNull:
        return *this;
      case Value::Type::kBoolean:
        return integer(*value.as_boolean() ? 1 : 0);
      case Value::Type::kNumber:
        return text(normalised_number(value.as_number()->text));
      case Value::Type::kString:
        return text(*value.as_string());
      case Value::Type::kArray:
        return items(*value.as_array());
      case Value::Type::kObject:
        return members(*value.as_object());
    }
    return *this;
  }

  CanonicalText& query(const OutcomeQuery& query) {
    text(query.event.str()).integer(static_cast<int>(query.aggregation));
    text(query.value_property ? "property" : "value").text(query.value_property.value_or(""));
    integer(query.scale_exponent).integer(static_cast<std::int64_t>(query.where.size()));
    for (const PropertyFilter& filter : query.where) text(filter.property).value(filter.value);
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  CanonicalText& items(const Value::Array& items) {
    integer(static_cast<std::int64_t>(items.size()));
    for (const Value& item : items) value(item);
    return *this;
  }

  CanonicalText& members(Value::Object members) {
    std::sort(members.begin(), members.end(),
              [](const Value::Member& a, const Value::Member& b) { return a.first < b.first; });
    integer(static_cast<std::int64_t>(members.size()));
    for (const auto& [name, member] : members) text(name).value(member);
    return *this;
  }

  /// Digits and exponent without superfluous zeros, so that 1 and 1.0 hash alike as they compare
  /// alike.
  static std::string normalised_number(std::string_view text);

  std::string bytes_;
};

std::string CanonicalText::normalised_number(std::string_view text) {
  const ExactNumber number = exact_number(text);
  return (number.negative ? "-." : ".") + number.digits + "e" + std::to_string(number.exponent);
}

}  // namespace

const Phase* ExperimentEntry::current_phase() const {
  if (phases.empty() || phases.back().end) return nullptr;
  return &phases.back();
}

int ExperimentEntry::variant_index(const VariantKey& key) const {
  const auto& variants = definition.variants;
  const auto found =
      std::find_if(variants.begin(), variants.end(),
                   [&key](const VariantDefinition& variant) { return variant.key == key; });
  return found == variants.end() ? kNoVariant : static_cast<int>(found - variants.begin());
}

const ExperimentEntry* Catalog::find(const ExperimentKey& key) const {
  const auto found =
      std::lower_bound(experiments.begin(), experiments.end(), key,
                       [](const ExperimentEntry& entry, const ExperimentKey& wanted) {
                         return entry.definition.key < wanted;
                       });
  return found == experiments.end() || found->definition.key != key ? nullptr : &*found;
}

std::string Catalog::definitions_version() const {
  return std::to_string(raw(version)) + "-" + content_hash;
}

MetricId metric_id(const MetricDefinition& definition) {
  CanonicalText text;
  text.text("metric/1").text(definition.key.str());
  text.integer(static_cast<int>(definition.type)).integer(static_cast<int>(definition.direction));
  text.query(definition.numerator);
  text.integer(definition.denominator ? 1 : 0);
  if (definition.denominator) text.query(*definition.denominator);
  text.integer(definition.window ? 1 : 0);
  if (definition.window) text.integer(definition.window->count());
  return MetricId(definition.key.str() + "@" + hex_prefix(sha256(text.bytes()), kHashDigits));
}

ExperimentKey holdback_key(const ExperimentKey& key) {
  return ExperimentKey(key.str() + "--holdback");
}

}  // namespace converge
