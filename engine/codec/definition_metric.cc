#include <algorithm>

#include "engine/codec/definition_read.h"

namespace converge {
namespace {

using Names = std::vector<std::string>;

std::vector<PropertyFilter> read_filters(const Cursor& where) {
  std::vector<PropertyFilter> filters;
  const auto members = where.members(definition_limits::kFiltersMax);
  if (members.empty() && where.value().as_object() != nullptr) {
    where.error("is empty; expected at least one property and the value it must equal");
  }
  for (const auto& [property, cursor] : members) {
    const Value& value = cursor.value();
    if (property.empty()) cursor.error_at_name("a property needs a name");
    if (value.is_null() || value.as_array() != nullptr || value.as_object() != nullptr) {
      cursor.expected("one text, number, true or false that the property must equal");
    }
    if (value.as_number() != nullptr) cursor.number();
    filters.push_back({property, value});
  }
  std::sort(filters.begin(), filters.end(),
            [](const auto& a, const auto& b) { return a.property < b.property; });
  return filters;
}

std::optional<int> read_scale(const Cursor& scale) {
  static constexpr int kFinest = -12;
  static const Names kPowers = {"1",    "1e-1", "1e-2", "1e-3",  "1e-4",  "1e-5", "1e-6",
                                "1e-7", "1e-8", "1e-9", "1e-10", "1e-11", "1e-12"};
  const Value::Number* number = scale.value().as_number();
  const Result<Decimal> decimal = number == nullptr ? Error{} : Decimal::parse(number->text);
  for (int exponent = 0; decimal && exponent >= kFinest; --exponent) {
    const std::string& power = kPowers[static_cast<std::size_t>(-exponent)];
    if (*decimal == Decimal::parse(power).value()) return exponent;
  }
  scale.expected("a power of ten from 1e-12 to 1, for example 0.01 for cents");
  return std::nullopt;
}

void read_event_and_filters(const Cursor& document, OutcomeQuery& query) {
  if (const auto event = document.required("event")) {
    if (const auto name = event->name()) {
      query.event = EventName(*name);
      warn_about_personal_name(*name, *event);
    }
  }
  if (const auto where = document.member("where")) query.where = read_filters(*where);
}

void read_scale_member(const Cursor& document, OutcomeQuery& query) {
  const auto scale = document.member("scale");
  if (!scale) return;
  if (const auto exponent = read_scale(*scale)) query.scale_exponent = *exponent;
}

/// `count: true`, `sum: true` or `sum: <property>`.
void read_part_aggregation(const Cursor& document, OutcomeQuery& query) {
  const auto sum = document.member("sum");
  const auto count = document.member("count");
  if (sum.has_value() == count.has_value()) {
    document.error(
        sum ? "has both \"sum\" and \"count\"; expected one of them"
            : "expected sum: <property>, sum: true (the top-level value) or count: true");
    return;
  }
  if (count) {
    query.aggregation = Aggregation::kCount;
    if (!count->is_true()) count->expected("true");
    if (const auto scale = document.member("scale")) {
      scale->error_at_name("\"scale\" belongs to a sum; counts are whole");
    }
    return;
  }
  query.aggregation = Aggregation::kSum;
  read_scale_member(document, query);
  if (sum->is_true()) return;
  if (sum->value().as_string() == nullptr) return sum->expected("a property's name or true");
  if (const auto property = sum->name()) query.value_property = *property;
}

OutcomeQuery read_part(const Cursor& document, const std::string& pattern) {
  OutcomeQuery query;
  if (!document.is_object_with(members_of(pattern))) return query;
  read_event_and_filters(document, query);
  read_part_aggregation(document, query);
  return query;
}

/// The members of one metric type; the others exist but belong elsewhere.
Names members_for(MetricType type) {
  switch (type) {
    case MetricType::kConversion:
    case MetricType::kCount:
      return {"type", "event", "where", "window", "direction"};
    case MetricType::kSum:
      return {"type", "event", "value", "scale", "where", "window", "direction"};
    case MetricType::kRatio:
      return {"type", "numerator", "denominator", "window", "direction"};
  }
  CONVERGE_CHECK(false);
  return {};
}

void refuse_foreign_members(const Cursor& document, MetricType type) {
  const Names own = members_for(type);
  for (const std::string& name : members_of("metrics.*")) {
    const auto found = document.member(name);
    if (!found || std::find(own.begin(), own.end(), name) != own.end()) continue;
    const bool is_part = type == MetricType::kRatio && (name == "event" || name == "where");
    found->error_at_name("\"" + name + "\" does not belong to a " + word_for(type) + " metric" +
                         (is_part ? "; write it inside numerator and denominator" : "") +
                         " (expected " + joined(own) + ")");
  }
}

void read_query(const Cursor& document, MetricDefinition& metric) {
  OutcomeQuery& query = metric.numerator;
  switch (metric.type) {
    case MetricType::kConversion:
      query.aggregation = Aggregation::kAny;
      return read_event_and_filters(document, query);
    case MetricType::kCount:
      query.aggregation = Aggregation::kCount;
      return read_event_and_filters(document, query);
    case MetricType::kSum:
      query.aggregation = Aggregation::kSum;
      read_event_and_filters(document, query);
      read_scale_member(document, query);
      if (const auto value = document.member("value")) query.value_property = value->name();
      return;
    case MetricType::kRatio:
      if (const auto part = document.required("numerator")) {
        query = read_part(*part, "metrics.*.numerator");
      }
      if (const auto part = document.required("denominator")) {
        metric.denominator = read_part(*part, "metrics.*.denominator");
      }
      return;
  }
  CONVERGE_CHECK(false);
}

}  // namespace

MetricDefinition read_metric(const MetricKey& key, const Cursor& document) {
  MetricDefinition metric;
  metric.key = key;
  if (!document.is_object_with(members_of("metrics.*"))) return metric;
  if (const auto window = document.member("window")) metric.window = window->positive_duration();
  if (const auto direction = document.member("direction")) {
    metric.direction = direction->word<Direction>().value_or(Direction::kIncrease);
  }
  const auto type = document.required("type");
  if (!type) return metric;
  const auto word = type->word<MetricType>();
  if (!word) return metric;
  metric.type = *word;
  refuse_foreign_members(document, metric.type);
  read_query(document, metric);
  return metric;
}

}  // namespace converge
