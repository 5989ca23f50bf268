#pragma once

#include <initializer_list>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/assign/evaluator.h"
#include "engine/assign/js_value.h"
#include "engine/codec/json.h"

namespace converge {

/// Random sets small enough to meet every rule often.
class RandomFeatures {
 public:
  explicit RandomFeatures(unsigned seed) : bits_(seed) {}

  int below(int count) { return static_cast<int>(bits_() % static_cast<unsigned>(count)); }
  bool one_in(int count) { return below(count) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> items) {
    return *(items.begin() + below(static_cast<int>(items.size())));
  }

  FeatureSet set() {
    FeatureSet result;
    result.saved_groups["g"] = *parse_json(R"(["u1","u2",3])");
    for (const char* key : {"f0", "f1", "f2", "f3"}) {
      if (one_in(6)) continue;
      Feature& feature = result.features[key];
      feature.default_value = value();
      for (int i = below(4); i > 0; --i) feature.rules.push_back(rule());
    }
    return result;
  }

  EvaluationContext context() {
    EvaluationContext result;
    Value::Object attributes;
    if (!one_in(8)) attributes.emplace_back("id", unit());
    if (!one_in(3)) attributes.emplace_back("device", unit());
    if (!one_in(3)) attributes.emplace_back("country", Value::string(one_of({"SE", "DE"})));
    result.attributes = Value::object(std::move(attributes));
    result.enabled = !one_in(20);
    result.qa_mode = one_in(15);
    if (one_in(6)) result.forced_variations[one_of({"e1", "f0"})] = below(4) - 1;
    if (one_in(8)) result.forced_values[one_of({"f0", "f1", "f9"})] = value();
    return result;
  }

  StickyBuckets sticky() {
    StickyBuckets result;
    for (int i = below(6); i > 0; --i) {
      const std::string attribute = one_of({"id", "device"});
      const std::string text = js::to_text(unit());
      StickyDocument document{attribute, text, {}};
      for (const char* key : {"e1__0", "e1__1", "e1__2", "f0__0"}) {
        if (one_in(3)) document.assignments.emplace_back(key, one_of({"0", "v1", "gone"}));
      }
      result.documents[attribute + "||" + text] = document;
    }
    return result;
  }

 private:
  Value unit() {
    if (one_in(6)) return Value::integer(below(4));
    return Value::string("u" + std::to_string(below(20)));
  }
  Value value() {
    return *parse_json(one_of({"null", "true", "false", "0", "1", R"("on")", R"({"a":[1]})"}));
  }
  Value condition() {
    return *parse_json(one_of({"null", "null", "{}", R"({"country":"SE"})",
                               R"({"id":{"$inGroup":"g"}})", R"({"device":{"$exists":true}})"}));
  }
  DoubleRange range() {
    const int lo = below(9);
    return {lo / 10.0, (lo + below(11 - lo)) / 10.0};
  }
  std::vector<DoubleRange> ranges(int count) {
    std::vector<DoubleRange> result;
    result.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) result.push_back(range());
    return result;
  }
  std::vector<HashFilter> filters() {
    std::vector<HashFilter> result;
    for (int i = one_in(3) ? 1 + below(2) : 0; i > 0; --i) {
      result.push_back({one_of({"s1", "s2"}), ranges(2), one_of({"id", "device"}), 1 + below(3)});
    }
    return result;
  }
  std::vector<ParentCondition> parents() {
    std::vector<ParentCondition> result;
    for (int i = one_in(3) ? 1 + below(2) : 0; i > 0; --i) {
      result.push_back({one_of({"f0", "f1", "f2", "f3", "f9"}),
                        *parse_json(one_of({"null", R"({"value":true})", R"({"value":"on"})",
                                            R"({"value":{"$exists":true}})"})),
                        one_in(3)});
    }
    return result;
  }
  FeatureRule rule() {
    FeatureRule result;
    result.id = one_of({"", "r1", "r2"});
    result.condition = condition();
    result.parent_conditions = parents();
    result.filters = filters();
    if (one_in(8)) return result;
    if (one_in(3)) {
      result.force = value();
      if (one_in(3)) result.range = range();
      if (one_in(3)) result.coverage = below(11) / 10.0;
      result.hash_attribute = one_of({"id", "device"});
      result.hash_version = 1 + below(3);
      result.seed = one_of({"", "s1"});
    } else {
      result.experiment = experiment();
    }
    return result;
  }
  FeatureExperiment experiment() {
    FeatureExperiment result;
    result.key = one_of({"", "e1"});
    const int count = 1 + below(3);
    for (int i = 0; i < count; ++i) {
      result.variations.push_back(value());
      result.meta.push_back({one_in(3) ? std::nullopt : std::optional("v" + std::to_string(i)),
                             std::nullopt, one_in(6)});
    }
    if (one_in(2)) result.coverage = below(12) / 10.0;
    if (one_in(2)) result.weights = std::vector<double>{0.3, 0.7};
    if (one_in(4)) result.ranges = ranges(count);
    if (one_in(6)) result.parent_conditions = parents();
    result.hash_attribute = one_of({"id", "device"});
    result.fallback_attribute = one_of({"", "id", "device"});
    result.hash_version = one_in(6) ? 3 : 1 + below(2);
    result.seed = one_of({"", "s1"});
    result.bucket_version = below(3);
    result.min_bucket_version = below(3);
    result.disable_sticky_bucketing = one_in(5);
    if (one_in(6)) result.force = below(4) - 1;
    result.active = !one_in(10);
    result.status = one_of({"", "running", "running", "draft", "stopped"});
    return result;
  }

  std::mt19937 bits_;
};

}  // namespace converge
