#include "engine/assign/feature_table.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/assign/bucket_batch.h"
#include "engine/assign/hash_unit.h"
#include "engine/codec/json.h"
#include "engine/model/allocation.h"

namespace converge {
namespace {

constexpr int kHashVersion = 2;
constexpr std::int32_t kEveryone = -1;       // instead of a condition
constexpr std::uint16_t kNoBucket = 0xFFFF;  // of an attribute that names no unit: in no range
// What fits on the stack of a call; larger catalogs allocate.
constexpr std::size_t kBucketsInline = 512;
constexpr std::size_t kConditionsInline = 256;
constexpr std::size_t kGroupsInline = 8;

/// Elements [first, last) of a list that all rules share.
struct Stretch {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// All seeds under which an attribute is hashed.
struct SeedGroup {
  std::string attribute;
  std::vector<std::uint32_t> seed_states;
  std::size_t first_bucket = 0;  ///< among those of all groups
};

/// A bucket that is looked at, and the ranges it is looked for in.
struct HashTest {
  std::uint32_t group = 0;
  std::uint32_t bucket = 0;  ///< among those of all groups
  Stretch ranges;
};

struct Rule {
  enum class Kind { kForce, kForceShare, kSplit };
  Kind kind = Kind::kForce;
  int index = 0;  ///< in the feature
  Stretch filters;
  std::int32_t condition = kEveryone;
  HashTest share;                 ///< not of kForce
  const Value* values = nullptr;  ///< of kSplit one per range, else one
};

struct Row {
  enum class Fit { kNone, kUnlessSticky, kAlways };
  Fit fit = Fit::kNone;
  Stretch rules;
  const Value* default_value = nullptr;
};

/// The buckets k with lo <= k / 10000.0 < hi, as the evaluation compares them.
BucketRange buckets_in(const DoubleRange& range) {
  const auto first_where = [](auto holds) {
    int bucket = 0;
    while (bucket < kBuckets && !holds(bucket / static_cast<double>(kBuckets))) ++bucket;
    return bucket;
  };
  return {first_where([&](double n) { return n >= range.first; }),
          first_where([&](double n) { return !(n < range.second); })};
}

/// Whether a sticky context can change what the rule answers.
bool may_stick(const CompiledRule& rule) {
  const FeatureRule& source = *rule.source;
  if (rule.experiment) return !rule.experiment->source->disable_sticky_bucketing;
  return !source.disable_sticky_bucketing && !source.fallback_attribute.empty();
}

/// A roll-out by coverage takes its end in; none takes nobody.
BucketRange buckets_up_to(double coverage) {
  BucketRange range{0, 0};
  if (coverage == 0) return range;
  while (range.hi < kBuckets && range.hi / static_cast<double>(kBuckets) <= coverage) ++range.hi;
  return range;
}

}  // namespace

struct FeatureTable::Layout {
  std::vector<Row> rows;  ///< by place
  std::vector<Rule> rules;
  std::vector<HashTest> filters;
  std::vector<BucketRange> ranges;
  std::vector<SeedGroup> groups;
  std::vector<const Condition*> conditions;
  std::size_t bucket_count = 0;

  template <class Source>
  FeatureValue value_of(const Row& row, Source& source) const;

 private:
  /// Index of the range that the bucket is in, or kNoVariant.
  int range_of(const HashTest& test, int bucket) const;
  template <class Source>
  bool lets_in(const Rule& rule, Source& source) const;
};

// --- what fits ---

class FeatureTable::Builder {
 public:
  Layout build(const CompiledFeatures& features);

 private:
  Row row(const CompiledFeature& feature);
  std::optional<Rule> force_rule(const CompiledRule& rule, const std::string& seed);
  std::optional<Rule> split_rule(const CompiledRule& rule);
  std::optional<Stretch> filters(const std::vector<HashFilter>& filters);
  HashTest test(const std::string& attribute, const std::string& seed,
                const std::vector<BucketRange>& ranges);
  std::int32_t condition(const Condition& compiled, const Value& source);
  /// Buckets are counted within their groups until all groups are complete.
  void count_from_first(HashTest& test) const {
    test.bucket += static_cast<std::uint32_t>(layout_.groups[test.group].first_bucket);
  }

  Layout layout_;
  std::map<std::string, std::uint32_t> group_of_;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> seed_of_;
  std::map<std::string, std::int32_t> condition_of_;
};

FeatureTable::Layout FeatureTable::Builder::build(const CompiledFeatures& features) {
  layout_.rows.resize(features.size());
  for (const auto& [key, feature] : features) layout_.rows[feature.place] = row(feature);
  for (SeedGroup& group : layout_.groups) {
    group.first_bucket =
        std::exchange(layout_.bucket_count, layout_.bucket_count + group.seed_states.size());
  }
  for (HashTest& filter : layout_.filters) count_from_first(filter);
  for (Rule& rule : layout_.rules) {
    if (rule.kind != Rule::Kind::kForce) count_from_first(rule.share);
  }
  return std::move(layout_);
}

Row FeatureTable::Builder::row(const CompiledFeature& feature) {
  Row row;
  row.default_value = feature.default_value;
  row.fit = Row::Fit::kAlways;
  std::vector<Rule> rules;
  for (std::size_t i = 0; i < feature.rules.size(); ++i) {
    const CompiledRule& source = feature.rules[i];
    if (!source.parents.empty()) return {};
    const bool is_force = source.source->force.has_value();
    if (!is_force && !source.experiment) continue;  // it never answers
    std::optional<Rule> rule =
        is_force ? force_rule(source, std::string(feature.key)) : split_rule(source);
    if (!rule) return {};
    rule->index = static_cast<int>(i);
    rules.push_back(*rule);
    if (may_stick(source)) row.fit = Row::Fit::kUnlessSticky;
  }
  row.rules.first = static_cast<std::uint32_t>(layout_.rules.size());
  layout_.rules.insert(layout_.rules.end(), rules.begin(), rules.end());
  row.rules.last = static_cast<std::uint32_t>(layout_.rules.size());
  return row;
}

std::optional<Rule> FeatureTable::Builder::force_rule(const CompiledRule& compiled,
                                                      const std::string& seed) {
  const FeatureRule& source = *compiled.source;
  const bool is_shared = source.range || source.coverage;
  const std::optional<Stretch> kept = filters(source.filters);
  if (!kept || (is_shared && source.hash_version != kHashVersion)) return std::nullopt;
  Rule rule;
  rule.filters = *kept;
  rule.condition = condition(compiled.condition, source.condition);
  rule.values = &*source.force;
  if (!is_shared) return rule;
  rule.kind = Rule::Kind::kForceShare;
  rule.share = test(source.hash_attribute, source.seed.empty() ? seed : source.seed,
                    {source.range ? buckets_in(*source.range) : buckets_up_to(*source.coverage)});
  return rule;
}

std::optional<Rule> FeatureTable::Builder::split_rule(const CompiledRule& compiled) {
  const CompiledExperiment& experiment = *compiled.experiment;
  const FeatureExperiment& source = *experiment.source;
  const bool passes_through =
      std::any_of(source.meta.begin(), source.meta.end(),
                  [](const VariationMeta& meta) { return meta.passthrough; });
  const bool needs_more = !compiled.leaves.empty() || !experiment.parents.empty() ||
                          experiment.name_space || !experiment.url_targets.empty() ||
                          source.force || passes_through;
  const bool is_running = source.active && (source.status.empty() || source.status == "running");
  const std::size_t count = source.variations.size();
  if (needs_more || !is_running || count < 2 || experiment.ranges.size() > count ||
      source.hash_version != kHashVersion) {
    return std::nullopt;
  }
  std::vector<HashFilter> both = compiled.source->filters;
  if (!experiment.filters.empty()) {
    both.insert(both.end(), source.filters.begin(), source.filters.end());
  }
  const std::optional<Stretch> kept = filters(both);
  if (!kept) return std::nullopt;
  std::vector<BucketRange> ranges;
  ranges.reserve(experiment.ranges.size());
  for (const DoubleRange& range : experiment.ranges) ranges.push_back(buckets_in(range));
  Rule rule;
  rule.kind = Rule::Kind::kSplit;
  rule.filters = *kept;
  rule.condition =
      condition(experiment.condition,
                source.condition.is_null() ? compiled.source->condition : source.condition);
  rule.share = test(source.hash_attribute, source.seed.empty() ? source.key : source.seed, ranges);
  rule.values = source.variations.data();
  return rule;
}

std::optional<Stretch> FeatureTable::Builder::filters(const std::vector<HashFilter>& filters) {
  Stretch stretch;
  stretch.first = static_cast<std::uint32_t>(layout_.filters.size());
  for (const HashFilter& filter : filters) {
    if (filter.hash_version != kHashVersion) return std::nullopt;
    std::vector<BucketRange> ranges;
    ranges.reserve(filter.ranges.size());
    for (const DoubleRange& range : filter.ranges) ranges.push_back(buckets_in(range));
    const HashTest added = test(filter.attribute, filter.seed, ranges);
    layout_.filters.push_back(added);
  }
  stretch.last = static_cast<std::uint32_t>(layout_.filters.size());
  return stretch;
}

HashTest FeatureTable::Builder::test(const std::string& attribute, const std::string& seed,
                                     const std::vector<BucketRange>& ranges) {
  HashTest test;
  const auto [group, is_new_group] =
      group_of_.emplace(attribute, static_cast<std::uint32_t>(layout_.groups.size()));
  if (is_new_group) layout_.groups.push_back({attribute, {}, 0});
  test.group = group->second;
  std::vector<std::uint32_t>& states = layout_.groups[test.group].seed_states;
  const auto [place, is_new_seed] =
      seed_of_.emplace(std::pair(test.group, seed), static_cast<std::uint32_t>(states.size()));
  if (is_new_seed) states.push_back(fnv1a32(seed));
  test.bucket = place->second;
  test.ranges.first = static_cast<std::uint32_t>(layout_.ranges.size());
  layout_.ranges.insert(layout_.ranges.end(), ranges.begin(), ranges.end());
  test.ranges.last = static_cast<std::uint32_t>(layout_.ranges.size());
  return test;
}

std::int32_t FeatureTable::Builder::condition(const Condition& compiled, const Value& source) {
  if (source.is_null() || (source.as_object() != nullptr && source.as_object()->empty())) {
    return kEveryone;
  }
  const auto [place, is_new] =
      condition_of_.emplace(to_json(source), static_cast<std::int32_t>(layout_.conditions.size()));
  if (is_new) layout_.conditions.push_back(&compiled);
  return place->second;
}

// --- the walk ---

int FeatureTable::Layout::range_of(const HashTest& test, int bucket) const {
  for (std::uint32_t i = test.ranges.first; i < test.ranges.last; ++i) {
    if (ranges[i].contains(bucket)) return static_cast<int>(i - test.ranges.first);
  }
  return kNoVariant;
}

template <class Source>
bool FeatureTable::Layout::lets_in(const Rule& rule, Source& source) const {
  for (std::uint32_t i = rule.filters.first; i < rule.filters.last; ++i) {
    if (range_of(filters[i], source.bucket(filters[i])) == kNoVariant) return false;
  }
  return rule.condition == kEveryone || source.holds(static_cast<std::size_t>(rule.condition));
}

template <class Source>
FeatureValue FeatureTable::Layout::value_of(const Row& row, Source& source) const {
  for (std::uint32_t i = row.rules.first; i < row.rules.last; ++i) {
    const Rule& rule = rules[i];
    if (!lets_in(rule, source)) continue;
    if (rule.kind == Rule::Kind::kForce) {
      return {rule.values, FeatureSource::kForce, rule.index, kNoVariant, -1, nullptr};
    }
    const int bucket = source.bucket(rule.share);
    const int range = range_of(rule.share, bucket);
    if (range == kNoVariant) continue;
    const Value* unit = source.unit(rule.share);
    if (rule.kind == Rule::Kind::kForceShare) {
      return {rule.values, FeatureSource::kForce, rule.index, kNoVariant, bucket, unit};
    }
    return {rule.values + range, FeatureSource::kExperiment, rule.index, range, bucket, unit};
  }
  return {row.default_value, FeatureSource::kDefaultValue, -1, kNoVariant, -1, nullptr};
}

/// For one feature: hashes what it needs.
class FeatureTable::OnDemand {
 public:
  OnDemand(const Layout& layout, const Value& attributes)
      : layout_(layout), attributes_(attributes) {}

  const Value* unit(const HashTest& test) const {
    return find_hash_unit(attributes_, layout_.groups[test.group].attribute, {}).value;
  }
  int bucket(const HashTest& test) const {
    const SeedGroup& group = layout_.groups[test.group];
    const Value* value = unit(test);
    if (value == nullptr) return kNoBucket;
    return bucket_after(group.seed_states[test.bucket - group.first_bucket],
                        HashText(*value).view());
  }
  bool holds(std::size_t condition) const {
    return layout_.conditions[condition]->holds(attributes_);
  }

 private:
  const Layout& layout_;
  const Value& attributes_;
};

/// For all features: every bucket beforehand, every condition at most once.
class FeatureTable::Precomputed {
 public:
  Precomputed(const Layout& layout, const Value& attributes)
      : layout_(layout), attributes_(attributes) {
    buckets_.resize(layout.bucket_count, kNoBucket);
    answers_.resize(layout.conditions.size(), Answer::kOpen);
    units_.reserve(layout.groups.size());
    for (const SeedGroup& group : layout.groups) {
      units_.push_back(find_hash_unit(attributes, group.attribute, {}).value);
      if (units_.back() == nullptr) continue;
      buckets_after(group.seed_states, HashText(*units_.back()).view(),
                    std::span(buckets_).subspan(group.first_bucket, group.seed_states.size()));
    }
  }

  const Value* unit(const HashTest& test) const { return units_[test.group]; }
  int bucket(const HashTest& test) const { return buckets_[test.bucket]; }
  bool holds(std::size_t condition) {
    Answer& answer = answers_[condition];
    if (answer == Answer::kOpen) {
      answer = layout_.conditions[condition]->holds(attributes_) ? Answer::kYes : Answer::kNo;
    }
    return answer == Answer::kYes;
  }

 private:
  enum class Answer : std::uint8_t { kOpen, kYes, kNo };

  const Layout& layout_;
  const Value& attributes_;
  boost::container::small_vector<const Value*, kGroupsInline> units_;
  boost::container::small_vector<std::uint16_t, kBucketsInline> buckets_;
  boost::container::small_vector<Answer, kConditionsInline> answers_;
};

FeatureTable::FeatureTable(const CompiledFeatures& features)
    : layout_(std::make_unique<const Layout>(Builder().build(features))) {}
FeatureTable::~FeatureTable() = default;

bool FeatureTable::has_overrides(const EvaluationContext& context) {
  return !context.enabled || context.qa_mode || !context.url.empty() ||
         !context.forced_variations.empty() || !context.forced_values.empty();
}

std::optional<FeatureValue> FeatureTable::value_of(const CompiledFeature& feature,
                                                   const EvaluationContext& context) const {
  const Row& row = layout_->rows[feature.place];
  const bool fits = row.fit == Row::Fit::kAlways ||
                    (row.fit == Row::Fit::kUnlessSticky && context.sticky == nullptr);
  if (!fits) return std::nullopt;
  OnDemand source(*layout_, context.attributes);
  return layout_->value_of(row, source);
}

void FeatureTable::all_values(const EvaluationContext& context,
                              std::span<FeatureValue> values) const {
  Precomputed source(*layout_, context.attributes);
  const Row::Fit least = context.sticky == nullptr ? Row::Fit::kUnlessSticky : Row::Fit::kAlways;
  for (std::size_t place = 0; place < values.size(); ++place) {
    const Row& row = layout_->rows[place];
    values[place] = row.fit < least ? FeatureValue{} : layout_->value_of(row, source);
  }
}

}  // namespace converge
