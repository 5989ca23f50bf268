#include "engine/features/catalog_features.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "engine/features/experiment_rules.h"
#include "engine/features/written_flags.h"
#include "engine/growthbook/feature_reader.h"

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

/// Adds to one feature, read from what was written down, the rules of its experiments.
class FlagWriter {
 public:
  FlagWriter(const Definitions& definitions, std::vector<Serving> serving)
      : definitions_(definitions), serving_(std::move(serving)) {
    std::sort(serving_.begin(), serving_.end(), comes_first);
  }

  /// `written` are the rules of `feature` as they were read, in their order.
  Status write(const FlagDefinition& flag, std::vector<FeatureRule> written) {
    for (std::size_t i = 0; i < written.size(); ++i) {
      const Value* reference = flag.rules[i].find("experiment");
      const std::string* key = reference == nullptr ? nullptr : reference->as_string();
      if (key == nullptr) {
        rules.push_back(std::move(written[i]));
        origins.emplace_back();
      } else if (Status status = place(ExperimentKey(*key)); !status) {
        return status;
      }
    }
    return add_unplaced();
  }

  Status add_unplaced() {
    for (const Serving& serving : serving_) {
      if (placed_.contains(serving.entry->definition.key)) continue;
      if (Status status = add(serving); !status) return status;
    }
    return {};
  }

  /// Of a flag that is not written down. The pair stands before its parent, which answers for those
  /// who are in nothing.
  Value implied_default() const {
    const auto first = std::find_if(serving_.begin(), serving_.end(), [](const Serving& serving) {
      return serving.role != RuleRole::kHoldback;
    });
    const ExperimentEntry& entry = *(first == serving_.end() ? serving_.front() : *first).entry;
    return entry.definition.variants.empty() ? Value() : entry.definition.variants.front().value;
  }

  std::vector<FeatureRule> rules;
  std::vector<RuleOrigin> origins;

 private:
  Status place(const ExperimentKey& experiment) {
    for (const Serving& serving : serving_) {
      const ExperimentEntry& entry = *serving.entry;
      if (entry.definition.key != experiment && entry.holdback_of != experiment) continue;
      placed_.insert(entry.definition.key);
      if (Status status = add(serving); !status) return status;
    }
    return {};
  }

  Status add(const Serving& serving) {
    const ExperimentKey& key = serving.entry->definition.key;
    auto added = experiment_rules(*serving.entry, serving.role, definitions_);
    if (!added) return added.error().within("experiment " + key.str());
    for (FeatureRule& rule : *added) {
      rules.push_back(std::move(rule));
      origins.push_back({serving.role, key});
    }
    return {};
  }

  const Definitions& definitions_;
  std::vector<Serving> serving_;
  std::set<ExperimentKey> placed_;
};

std::map<FlagKey, std::vector<Serving>> serving_experiments(const Catalog& catalog) {
  std::map<FlagKey, std::vector<Serving>> serving;
  for (const auto& [key, flag] : catalog.definitions.flags) serving[key];
  for (const ExperimentEntry& entry : catalog.experiments) {
    if (const auto role = role_of(entry)) serving[entry.definition.flag].push_back({&entry, *role});
  }
  return serving;
}

}  // namespace

Result<CatalogFeatures> catalog_features(const Catalog& catalog) {
  const Definitions& definitions = catalog.definitions;
  CatalogFeatures result;
  result.set = growthbook::feature_set_of(written_payload(definitions));
  for (auto& [key, experiments] : serving_experiments(catalog)) {
    Feature& feature = result.set.features[key.str()];
    const auto flag = definitions.flags.find(key);
    const bool is_written = flag != definitions.flags.end();
    FlagWriter writer(definitions, std::move(experiments));
    if (!is_written) feature.default_value = writer.implied_default();
    const Status status =
        is_written ? writer.write(flag->second, std::move(feature.rules)) : writer.add_unplaced();
    if (!status) return status.error().within("flag " + key.str());
    feature.rules = std::move(writer.rules);
    result.origins.emplace(key.str(), std::move(writer.origins));
  }
  return result;
}

}  // namespace converge
