#pragma once

#include "engine/ports.h"
#include "store/sqlite/database.h"

namespace converge::sqlite {

class SqliteControlStore final : public ControlStore {
 public:
  explicit SqliteControlStore(Database& database) : database_(database) {}

  Result<CatalogVersion> version() override;
  Result<Catalog> latest() override;
  Result<Catalog> at(CatalogVersion version) override;
  Result<Catalog> in_force(Time time) override;
  Status put(CatalogVersion expected, const Catalog& next, std::span<const AuditEntry> audit,
             const std::optional<StoredLook>& look) override;
  Result<std::int64_t> record_look(const StoredLook& look) override;
  Result<std::vector<StoredLook>> looks(const ExperimentKey& experiment, Time from, Time until,
                                        std::size_t limit) override;
  Result<std::vector<AuditEntry>> audit(Time from, Time until, std::size_t limit) override;

 private:
  Database& database_;
};

}  // namespace converge::sqlite
