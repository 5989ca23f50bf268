#pragma once

#include <mutex>

#include "engine/ports.h"
#include "store/sqlite/database.h"

namespace converge::sqlite {

/// A checkpoint is written in parts under a new generation number and comes into force with the
/// last transaction, so that appends get their turn in between and a cut leaves the old one.
class SqliteCheckpointStore final : public CheckpointStore {
 public:
  explicit SqliteCheckpointStore(Database& database) : database_(database) {}

  Result<std::optional<Checkpoint>> load(const std::string& name) override;
  Status save(const std::string& name, const Checkpoint& checkpoint) override;

 private:
  Database& database_;
  std::mutex saving_;
};

}  // namespace converge::sqlite
