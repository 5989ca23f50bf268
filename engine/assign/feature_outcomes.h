#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/assign/evaluator.h"

namespace converge {

/// For every value that a rule of a feature can give: what was made of it, once. Answers differ
/// between those who got the same value by the unit and its bucket only, so their other texts can
/// be prepared. Immutable, thread-safe.
template <class Made>
class FeatureOutcomes {
 public:
  /// `make(place, key, feature, value)` gives std::optional<Made>; the value is without unit and
  /// bucket.
  template <class Make>
  FeatureOutcomes(const FeatureSet& set, const Make& make) {
    std::size_t place = 0;
    for (const auto& [key, feature] : set.features) add(place++, key, feature, make);
  }

  /// Null when nothing was made of it, or when there is no value.
  const Made* find(std::size_t place, const FeatureValue& value) const {
    if (value.value == nullptr) return nullptr;
    const Indexes& made = indexes_[place];
    if (value.rule < 0) return get(made.of_default);
    const std::size_t first = made.of_rules[static_cast<std::size_t>(value.rule)];
    return get(first + (value.variation < 0 ? 0 : static_cast<std::size_t>(value.variation)));
  }

 private:
  /// Into made_, of one feature.
  struct Indexes {
    std::size_t of_default = 0;
    std::vector<std::size_t> of_rules;  ///< of the first value of each
  };

  const Made* get(std::size_t index) const { return made_[index] ? &*made_[index] : nullptr; }

  template <class Make>
  void add(std::size_t place, const std::string& key, const Feature& source, const Make& make) {
    Indexes& indexes = indexes_.emplace_back();
    const auto made = [&](FeatureValue value) {
      made_.push_back(make(place, key, source, std::as_const(value)));
    };
    indexes.of_default = made_.size();
    made({&source.default_value, FeatureSource::kDefaultValue, -1, -1, -1, nullptr});
    for (std::size_t i = 0; i < source.rules.size(); ++i) {
      const FeatureRule& rule = source.rules[i];
      const int index = static_cast<int>(i);
      indexes.of_rules.push_back(made_.size());
      if (rule.force) {
        made({&*rule.force, FeatureSource::kForce, index, -1, -1, nullptr});
      } else if (rule.experiment) {
        const std::vector<Value>& variations = rule.experiment->variations;
        for (std::size_t v = 0; v < variations.size(); ++v) {
          made({&variations[v], FeatureSource::kExperiment, index, static_cast<int>(v), -1,
                nullptr});
        }
      }
    }
  }

  std::vector<Indexes> indexes_;           ///< by place
  std::vector<std::optional<Made>> made_;  ///< of all features
};

}  // namespace converge
