#include "store/sqlite/schema.h"

#include <array>

namespace converge::sqlite {
namespace {

/// Migration n brings version n - 1 to n. A released one is never edited: the next change is a new
/// entry. events has no secondary index: an append must cost the same on the first and on the
/// billionth row.
constexpr std::array<const char*, kFormatVersion> kMigrations = {R"sql(
CREATE TABLE store (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  source INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  body BLOB NOT NULL,
  previous BLOB NOT NULL
) STRICT;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE catalog_versions (
  version INTEGER PRIMARY KEY,
  created_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE TRIGGER catalog_versions_are_never_changed BEFORE UPDATE ON catalog_versions
BEGIN SELECT RAISE(ABORT, 'catalog_versions are append-only'); END;
CREATE TRIGGER catalog_versions_are_never_deleted BEFORE DELETE ON catalog_versions
BEGIN SELECT RAISE(ABORT, 'catalog_versions are append-only'); END;

CREATE TABLE looks (
  id INTEGER PRIMARY KEY,
  experiment TEXT NOT NULL,
  look_time INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  kind TEXT NOT NULL,
  evidence TEXT NOT NULL,
  decision TEXT NOT NULL,
  acted INTEGER NOT NULL
) STRICT;
CREATE INDEX looks_by_experiment ON looks (experiment, look_time);
CREATE TRIGGER looks_are_never_changed BEFORE UPDATE ON looks
BEGIN SELECT RAISE(ABORT, 'looks are append-only'); END;
CREATE TRIGGER looks_are_never_deleted BEFORE DELETE ON looks
BEGIN SELECT RAISE(ABORT, 'looks are append-only'); END;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  experiment TEXT,
  version_before INTEGER NOT NULL,
  version_after INTEGER NOT NULL,
  detail TEXT NOT NULL,
  look INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TABLE checkpoints (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  size INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoint_parts (
  name TEXT NOT NULL,
  generation INTEGER NOT NULL,
  part INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (name, generation, part)
) STRICT;
)sql",
                                                                 R"sql(
CREATE TABLE sticky_assignments (
  attribute TEXT NOT NULL,
  value TEXT NOT NULL,
  assignment TEXT NOT NULL,
  variation TEXT NOT NULL,
  PRIMARY KEY (attribute, value, assignment)
) STRICT, WITHOUT ROWID;

CREATE INDEX catalog_versions_by_time ON catalog_versions (created_at);
)sql"};

Error newer_than_this_program(std::int64_t version) {
  return {Errc::kUnsupported,
          "the database has format " + std::to_string(version) +
              " and was written by a newer Converge; this one knows formats up to " +
              std::to_string(kFormatVersion) +
              ": install the newer version again or restore a backup"};
}

}  // namespace

Result<FileState> inspect(Connection& connection) {
  const auto application = connection.integer("PRAGMA application_id");
  if (!application) return application.error();
  const auto version = connection.integer("PRAGMA user_version");
  if (!version) return version.error();
  const auto objects = connection.integer("SELECT count(*) FROM sqlite_schema");
  if (!objects) return objects.error();
  if (*application == 0 && *version == 0 && *objects == 0) return FileState::kEmpty;
  if (*application != kApplicationId) {
    return Error{Errc::kInvalidArgument, "the file is a database of another program"};
  }
  if (*version > kFormatVersion) return newer_than_this_program(*version);
  return *version == kFormatVersion ? FileState::kCurrent : FileState::kOlder;
}

Status migrate(Connection& connection) {
  const auto version = connection.integer("PRAGMA user_version");
  if (!version) return version.error();
  for (std::int64_t next = *version + 1; next <= kFormatVersion; ++next) {
    auto transaction = Transaction::begin(connection, TransactionKind::kWrite);
    if (!transaction) return transaction.error();
    const std::string script = kMigrations[static_cast<std::size_t>(next - 1)] +
                               ("PRAGMA user_version = " + std::to_string(next)) +
                               ("; PRAGMA application_id = " + std::to_string(kApplicationId));
    if (const Status status = connection.execute(script); !status) return status.error();
    if (const Status status = transaction->commit(); !status) return status.error();
  }
  return {};
}

Result<std::string> environment_of(Connection& connection) {
  auto statement = connection.prepare("SELECT value FROM store WHERE name = 'environment'");
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return Error{Errc::kInternal, "the database is damaged: it has no environment"};
  return statement->text(0);
}

Status name_environment(Connection& connection, const std::string& environment) {
  auto statement = connection.prepare(
      "INSERT INTO store (name, value) VALUES ('environment', ?1) ON CONFLICT DO NOTHING");
  if (!statement) return statement.error();
  statement->bind_text(1, environment);
  return statement->run();
}

}  // namespace converge::sqlite
