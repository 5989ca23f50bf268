#include "engine/look.h"

#include <string>
#include <vector>

#include "engine/codec/definition.h"

namespace converge {
namespace {

Error unknown_experiment(const Catalog& catalog, const ExperimentKey& key) {
  std::vector<std::string> keys;
  for (const ExperimentEntry& entry : catalog.experiments)
    keys.push_back(entry.definition.key.str());
  const std::string near = nearest_name(key.str(), keys);
  return {Errc::kNotFound, "there is no experiment '" + key.str() + "'" +
                               (near.empty() ? std::string() : ", did you mean '" + near + "'?")};
}

}  // namespace

Result<Evidence> look_at(EventLog& log, const Catalog& catalog, const ExperimentKey& key,
                         Time look_time, const LedgerOptions& ledger_options,
                         const HealthLimits& limits) {
  const ExperimentEntry* entry = catalog.find(key);
  if (entry == nullptr) return unknown_experiment(catalog, key);
  const auto last = log.last();
  if (!last) return last.error();
  // Only this experiment is folded: the others would cost their chains too.
  Catalog alone = catalog;
  alone.experiments = {*entry};
  Ledger ledger(log, ledger_options);
  if (auto advanced = ledger.advance(alone, *last, look_time); !advanced) return advanced.error();
  const ExperimentMoments* moments = ledger.moments(key);
  if (moments == nullptr) {
    return Error{Errc::kConflict,
                 "experiment '" + key.str() + "' had not started at " + format_rfc3339(look_time)};
  }
  return analyse(*entry, *moments, {catalog.definitions_version(), limits});
}

}  // namespace converge
