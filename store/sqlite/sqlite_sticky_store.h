#pragma once

#include "engine/ports.h"
#include "store/sqlite/database.h"

namespace converge::sqlite {

class SqliteStickyStore final : public StickyStore {
 public:
  explicit SqliteStickyStore(Database& database) : database_(database) {}

  Result<std::vector<StickyDocument>> find(std::span<const StickyUnit> units) override;
  Result<std::vector<std::string>> keep(std::span<const StickyChange> changes) override;
  Status erase(const StickyUnit& unit) override;

 private:
  Database& database_;
};

}  // namespace converge::sqlite
