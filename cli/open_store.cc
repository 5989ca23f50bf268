#include "cli/open_store.h"

#include "store/sqlite/sqlite_store.h"

namespace converge::cli {
namespace {

Result<std::unique_ptr<Store>> open(const StoreOptions& options, OpenMode mode) {
  SqliteOptions sqlite;
  sqlite.path = options.path;
  sqlite.mode = mode;
  if (!options.environment.empty()) sqlite.environment = options.environment;
  return open_sqlite_store(sqlite);
}

}  // namespace

Result<std::unique_ptr<Store>> open_for_reading(const StoreOptions& options) {
  return open(options, OpenMode::kReadOnly);
}

Result<std::unique_ptr<Store>> open_for_writing(const StoreOptions& options) {
  return open(options, OpenMode::kServe);
}

}  // namespace converge::cli
