#include "engine/assign/catalog_features.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/assign/experiment_rules.h"
#include "engine/codec/growthbook_codec.h"

namespace converge {
namespace {

/// The experiments of one flag that serve something.
struct Serving {
  const ExperimentEntry* entry;
  RuleRole role;
};

bool comes_first(const Serving& a, const Serving& b) {
  return std::tie(a.role, a.entry->definition.key) < std::tie(b.role, b.entry->definition.key);
}

/// Collects the rules of one flag.
class FlagWriter {
 public:
  FlagWriter(const Catalog& catalog, std::vector<Serving> serving)
      : catalog_(catalog), serving_(std::move(serving)) {
    std::sort(serving_.begin(), serving_.end(), comes_first);
  }

  Status write(const std::string& key, const FlagDefinition* written) {
    set_default(written);
    if (written != nullptr) {
      for (std::size_t i = 0; i < written->rules.size(); ++i) {
        if (Status status = add_written(key, written->rules[i]); !status) {
          return status.error().within("rules[" + std::to_string(i) + "]");
        }
      }
    }
    for (const Serving& serving : serving_) {
      if (placed_.contains(serving.entry->definition.key)) continue;
      if (Status status = add(serving); !status) return status;
    }
    return {};
  }

  Feature feature;
  std::vector<RuleOrigin> origins;

 private:
  void set_default(const FlagDefinition* written) {
    if (written != nullptr) {
      feature.default_value = written->default_value;
      return;
    }
    // The pair stands before its parent, which answers for those who are in nothing.
    const auto first = std::find_if(serving_.begin(), serving_.end(), [](const Serving& serving) {
      return serving.role != RuleRole::kHoldback;
    });
    const ExperimentEntry& entry = *(first == serving_.end() ? serving_.front() : *first).entry;
    if (!entry.definition.variants.empty()) {
      feature.default_value = entry.definition.variants.front().value;
    }
  }

  Status add_written(const std::string& key, const Value& rule) {
    const Value* reference = rule.find("experiment");
    if (reference == nullptr || reference->as_string() == nullptr) {
      Result<FeatureRule> read = read_written_rule(key, rule);
      if (!read) return read.error();
      feature.rules.push_back(*std::move(read));
      origins.emplace_back();
      return {};
    }
    const ExperimentKey experiment(*reference->as_string());
    for (const Serving& serving : serving_) {
      const ExperimentEntry& entry = *serving.entry;
      if (entry.definition.key != experiment && entry.holdback_of != experiment) continue;
      if (Status status = add(serving); !status) return status;
      placed_.insert(entry.definition.key);
    }
    return {};
  }

  Status add(const Serving& serving) {
    const ExperimentKey& key = serving.entry->definition.key;
    auto rules = experiment_rules(*serving.entry, serving.role, catalog_.definitions);
    if (!rules) return rules.error().within("experiment " + key.str());
    for (FeatureRule& rule : *rules) {
      feature.rules.push_back(std::move(rule));
      origins.push_back({serving.role, key});
    }
    return {};
  }

  /// `percentage` is our short form of a range under the flag's own seed.
  static Result<FeatureRule> read_written_rule(const std::string& key, const Value& rule) {
    const Value* percentage = rule.find("percentage");
    Result<FeatureRule> read = feature_rule_from(rule);
    if (!read || percentage == nullptr) return read;
    read->range = DoubleRange{0, share_in(*percentage)};
    read->hash_version = 2;
    if (read->seed.empty()) read->seed = key;
    return read;
  }

  const Catalog& catalog_;
  std::vector<Serving> serving_;
  std::set<ExperimentKey> placed_;
};

const Value::Object& members_of(const Value* value) {
  static const Value::Object kNone;
  return value == nullptr || value->as_object() == nullptr ? kNone : *value->as_object();
}

}  // namespace

Result<CatalogFeatures> catalog_features(const Catalog& catalog) {
  std::map<FlagKey, std::vector<Serving>> serving;
  for (const auto& [key, flag] : catalog.definitions.flags) serving[key];
  for (const ExperimentEntry& entry : catalog.experiments) {
    if (const auto role = role_of(entry)) serving[entry.definition.flag].push_back({&entry, *role});
  }
  CatalogFeatures result;
  result.set.saved_groups = catalog.definitions.saved_groups;
  for (auto& [key, experiments] : serving) {
    const auto written = catalog.definitions.flags.find(key);
    FlagWriter writer(catalog, std::move(experiments));
    const Status status = writer.write(
        key.str(), written == catalog.definitions.flags.end() ? nullptr : &written->second);
    if (!status) return status.error().within("flag " + key.str());
    result.set.features.emplace(key.str(), std::move(writer.feature));
    result.origins.emplace(key.str(), std::move(writer.origins));
  }
  const Value* bandits = catalog.definitions.growthbook.find("contextualBandits");
  for (const auto& [name, bandit] : members_of(bandits)) {
    result.set.contextual_bandits.emplace(name, contextual_bandit_from(bandit));
  }
  return result;
}

}  // namespace converge
