#include "engine/growthbook/experiment_reader.h"

#include <algorithm>
#include <iterator>

#include "engine/assign/js_value.h"
#include "engine/growthbook/feature_reader.h"
#include "engine/growthbook/members.h"

namespace converge::growthbook {
namespace {

constexpr int kUnknownHashVersion = -1;
constexpr int kNoSuchVariation = -1;
constexpr DoubleRange kEmptyRange = {0.0, 0.0};

std::vector<DoubleRange> ranges_in(const Value& document) {
  std::vector<DoubleRange> ranges;
  if (const Value::Array* items = document.as_array()) {
    ranges.reserve(items->size());
    std::transform(items->begin(), items->end(), std::back_inserter(ranges), range_of);
  }
  return ranges;
}

/// Ranges that are given but contain nothing keep everyone out; without the member, weights and
/// coverage decide.
std::vector<DoubleRange> ranges_of(const Value& document) {
  const Value* member = truthy_member(document, "ranges");
  if (member == nullptr) return {};
  std::vector<DoubleRange> ranges = ranges_in(*member);
  if (ranges.empty()) ranges.push_back(kEmptyRange);
  return ranges;
}

std::vector<VariationMeta> meta_of(const Value& document) {
  std::vector<VariationMeta> meta;
  const Value::Array* items = list_member(document, "meta");
  if (items == nullptr) return meta;
  meta.reserve(items->size());
  for (const Value& item : *items) {
    VariationMeta entry;
    if (const Value* key = truthy_member(item, "key")) entry.key = js::to_text(*key);
    if (const Value* name = truthy_member(item, "name")) entry.name = js::to_text(*name);
    entry.passthrough = truthy_member(item, "passthrough") != nullptr;
    meta.push_back(std::move(entry));
  }
  return meta;
}

DoubleRange range_between(const Value::Array& items, std::size_t first) {
  if (items.size() < first + 2) return kEmptyRange;
  return {js::to_number(items[first]), js::to_number(items[first + 1])};
}

std::optional<Namespace> namespace_of(const Value& document) {
  const Value* member = truthy_member(document, "namespace");
  if (member == nullptr) return std::nullopt;
  const Value::Array* items = member->as_array();
  if (items == nullptr || items->empty()) return Namespace{"", kEmptyRange};
  return Namespace{js::to_text(items->front()), range_between(*items, 1)};
}

bool is_false(const Value* value) {
  return value != nullptr && value->as_boolean() != nullptr && !*value->as_boolean();
}

UrlPattern::Kind kind_of(const Value& pattern) {
  const std::string type = text_member(pattern, "type");
  if (type == "simple") return UrlPattern::Kind::kSimple;
  return type == "regex" ? UrlPattern::Kind::kRegex : UrlPattern::Kind::kUnknown;
}

/// An empty list of patterns matches no URL, unlike its absence.
std::vector<UrlPattern> url_patterns_of(const Value& document) {
  const Value* member = truthy_member(document, "urlPatterns");
  if (member == nullptr) return {};
  std::vector<UrlPattern> patterns;
  if (const Value::Array* items = member->as_array()) {
    patterns.reserve(items->size());
    for (const Value& item : *items) {
      patterns.push_back(
          {kind_of(item), !is_false(item.find("include")), text_member(item, "pattern")});
    }
  }
  if (patterns.empty()) patterns.push_back({UrlPattern::Kind::kUnknown, true, {}});
  return patterns;
}

}  // namespace

DoubleRange range_of(const Value& range) {
  const Value::Array* items = range.as_array();
  return items == nullptr ? kEmptyRange : range_between(*items, 0);
}

std::optional<std::vector<double>> weights_of(const Value& document) {
  const Value::Array* items = list_member(document, "weights");
  if (items == nullptr) return std::nullopt;
  std::vector<double> weights;
  weights.reserve(items->size());
  std::transform(items->begin(), items->end(), std::back_inserter(weights), js::to_number);
  return weights;
}

int hash_version_of(const Value& document, int otherwise) {
  const Value* member = truthy_member(document, "hashVersion");
  return member == nullptr ? otherwise : integer_of(*member).value_or(kUnknownHashVersion);
}

/// JavaScript looks through the entries of whatever is truthy: lists have theirs by index, numbers
/// and true have none. A text is no condition that anybody can meet.
Value condition_of(const Value& document) {
  const Value* member = truthy_member(document, "condition");
  if (member == nullptr || member->as_number() != nullptr || member->as_boolean() != nullptr) {
    return {};
  }
  if (member->as_string() != nullptr) return Value::object({{"$nor", Value::array({})}});
  const Value::Array* items = member->as_array();
  if (items == nullptr) return *member;
  Value::Object entries;
  for (std::size_t i = 0; i < items->size(); ++i) {
    entries.emplace_back(std::to_string(i), (*items)[i]);
  }
  return Value::object(std::move(entries));
}

std::vector<ParentCondition> parent_conditions_of(const Value& document) {
  std::vector<ParentCondition> parents;
  const Value::Array* items = list_member(document, "parentConditions");
  if (items == nullptr) return parents;
  parents.reserve(items->size());
  for (const Value& item : *items) {
    parents.push_back(
        {text_member(item, "id"), condition_of(item), truthy_member(item, "gate") != nullptr});
  }
  return parents;
}

std::vector<HashFilter> filters_of(const Value& document) {
  std::vector<HashFilter> filters;
  const Value::Array* items = list_member(document, "filters");
  if (items == nullptr) return filters;
  filters.reserve(items->size());
  for (const Value& item : *items) {
    HashFilter filter;
    const Value* seed = item.find("seed");
    // What JavaScript concatenates of a seed that is not there.
    filter.seed = seed == nullptr ? "undefined" : js::to_text(*seed);
    if (const Value* ranges = item.find("ranges")) filter.ranges = ranges_in(*ranges);
    filter.attribute = text_member_or(item, "attribute", filter.attribute);
    filter.hash_version = hash_version_of(item, filter.hash_version);
    filters.push_back(std::move(filter));
  }
  return filters;
}

FeatureExperiment split_of(const Value& document) {
  FeatureExperiment experiment;
  experiment.key = text_member(document, "key");
  experiment.coverage = number_member(document, "coverage");
  experiment.weights = weights_of(document);
  experiment.ranges = ranges_of(document);
  experiment.meta = meta_of(document);
  // Filters take the place of a name space, even when there are none in the list.
  if (truthy_member(document, "filters") == nullptr) {
    experiment.name_space = namespace_of(document);
  }
  experiment.hash_attribute = text_member_or(document, "hashAttribute", experiment.hash_attribute);
  experiment.fallback_attribute = text_member(document, "fallbackAttribute");
  experiment.hash_version = hash_version_of(document, experiment.hash_version);
  experiment.seed = text_member(document, "seed");
  experiment.name = text_member(document, "name");
  experiment.phase = text_member(document, "phase");
  experiment.bucket_version = integer_member(document, "bucketVersion");
  experiment.min_bucket_version = integer_member(document, "minBucketVersion");
  experiment.disable_sticky_bucketing =
      truthy_member(document, "disableStickyBucketing") != nullptr;
  return experiment;
}

Result<FeatureExperiment> experiment_of(const Value& document) {
  FeatureExperiment experiment = split_of(document);
  const Value::Array* variations = list_member(document, "variations");
  if (experiment.key.empty() || variations == nullptr) {
    return Error{Errc::kInvalidArgument,
                 "experiment: expected an object with a key and a list of variations"};
  }
  experiment.variations = *variations;
  experiment.condition = condition_of(document);
  experiment.parent_conditions = parent_conditions_of(document);
  experiment.filters = filters_of(document);
  experiment.url_patterns = url_patterns_of(document);
  if (const Value* force = document.find("force")) {
    experiment.force = integer_of(*force).value_or(kNoSuchVariation);
  }
  experiment.active = !is_false(document.find("active"));
  experiment.status = text_member(document, "status");
  return experiment;
}

}  // namespace converge::growthbook
