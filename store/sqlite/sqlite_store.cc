#include "store/sqlite/sqlite_store.h"

#include <utility>

#include "store/sqlite/database.h"
#include "store/sqlite/sqlite_checkpoint_store.h"
#include "store/sqlite/sqlite_control_store.h"
#include "store/sqlite/sqlite_event_log.h"
#include "store/sqlite/sqlite_sticky_store.h"

namespace converge {
namespace {

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<sqlite::Database> database)
      : database_(std::move(database)),
        events_(*database_),
        control_(*database_),
        checkpoints_(*database_),
        sticky_(*database_) {}

  EventLog& events() override { return events_; }
  ControlStore& control() override { return control_; }
  CheckpointStore& checkpoints() override { return checkpoints_; }
  StickyStore& sticky() override { return sticky_; }
  const std::string& environment() const override { return database_->environment(); }

 private:
  std::unique_ptr<sqlite::Database> database_;
  sqlite::SqliteEventLog events_;
  sqlite::SqliteControlStore control_;
  sqlite::SqliteCheckpointStore checkpoints_;
  sqlite::SqliteStickyStore sticky_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const SqliteOptions& options) {
  auto database = sqlite::Database::open(options);
  if (!database) return database.error();
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(std::move(*database)));
}

}  // namespace converge
