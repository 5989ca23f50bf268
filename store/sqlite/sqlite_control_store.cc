#include "store/sqlite/sqlite_control_store.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "engine/codec/catalog_codec.h"
#include "engine/codec/json.h"
#include "engine/codec/look_codec.h"
#include "engine/codec/stored_fields.h"

namespace converge::sqlite {
namespace {

std::int64_t microseconds(Time time) {
  return time.time_since_epoch().count();
}

std::int64_t row_limit(std::size_t limit) {
  return static_cast<std::int64_t>(
      std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

Error damaged(const std::string& where, const Error& error) {
  return {error.code, "the database is damaged: " + where + ": " + error.message};
}

/// What a newer version wrote is not damage.
Error unreadable(const std::string& where, const Error& error) {
  return error.code == Errc::kUnsupported ? error.within(where) : damaged(where, error);
}

Result<Catalog> read_catalog(const Statement& statement) {
  auto catalog = decode_catalog(statement.text(1));
  if (!catalog) {
    return unreadable("catalog version " + std::to_string(statement.integer(0)), catalog.error());
  }
  return catalog;
}

Result<std::int64_t> newest_version(Connection& connection) {
  auto statement = connection.prepare("SELECT coalesce(max(version), 0) FROM catalog_versions");
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return statement->integer(0);
}

Status insert_catalog(Connection& connection, const Catalog& catalog) {
  auto statement = connection.prepare(
      "INSERT INTO catalog_versions (version, created_at, document) VALUES (?1, ?2, ?3)");
  if (!statement) return statement.error();
  const std::string document = encode_catalog(catalog);
  statement->bind(1, raw(catalog.version));
  statement->bind(2, microseconds(catalog.created_at));
  statement->bind_text(3, document);
  return statement->run();
}

/// The next id of a table that only grows. Called by the one writer.
Result<std::int64_t> next_id(Connection& connection, const char* sql) {
  auto statement = connection.prepare(sql);
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return statement->integer(0) + 1;
}

Result<std::int64_t> insert_look(Connection& connection, const StoredLook& look) {
  const auto id = next_id(connection, "SELECT coalesce(max(id), 0) FROM looks");
  if (!id) return id.error();
  auto statement = connection.prepare(
      "INSERT INTO looks (id, experiment, look_time, cursor, kind, evidence, decision, acted) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  if (!statement) return statement.error();
  const std::string evidence = to_json(to_document(look.evidence));
  const std::string decision = to_json(to_document(look.decision));
  statement->bind(1, *id);
  statement->bind_text(2, look.evidence.experiment.str());
  statement->bind(3, microseconds(look.evidence.look_time));
  statement->bind(4, raw(look.evidence.cursor));
  statement->bind_text(5, name_of(look.kind));
  statement->bind_text(6, evidence);
  statement->bind_text(7, decision);
  statement->bind(8, look.acted ? 1 : 0);
  if (const Status status = statement->run(); !status) return status.error();
  return *id;
}

Status insert_audit(Connection& connection, const AuditEntry& entry) {
  const auto id = next_id(connection, "SELECT coalesce(max(id), 0) FROM audit");
  if (!id) return id.error();
  auto statement = connection.prepare(
      "INSERT INTO audit (id, at, actor, action, experiment, version_before, version_after, "
      "detail, look) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  if (!statement) return statement.error();
  statement->bind(1, *id);
  statement->bind(2, microseconds(entry.at));
  statement->bind_text(3, entry.actor);
  statement->bind_text(4, entry.action);
  if (entry.experiment) {
    statement->bind_text(5, entry.experiment->str());
  } else {
    statement->bind_null(5);
  }
  statement->bind(6, raw(entry.before));
  statement->bind(7, raw(entry.after));
  statement->bind_text(8, entry.detail);
  statement->bind(9, entry.look);
  return statement->run();
}

AuditEntry read_audit_entry(const Statement& statement) {
  AuditEntry entry;
  entry.id = statement.integer(0);
  entry.at = Time(Duration(statement.integer(1)));
  entry.actor = statement.text(2);
  entry.action = statement.text(3);
  if (!statement.is_null(4)) entry.experiment = ExperimentKey(statement.text(4));
  entry.before = CatalogVersion{statement.integer(5)};
  entry.after = CatalogVersion{statement.integer(6)};
  entry.detail = statement.text(7);
  entry.look = statement.integer(8);
  return entry;
}

Result<LookKind> look_kind_named(const std::string& name) {
  for (const LookKind kind : {LookKind::kScheduled, LookKind::kScheduledLate, LookKind::kTick}) {
    if (name == name_of(kind)) return kind;
  }
  return Error{Errc::kInternal, "unknown kind \"" + name + "\""};
}

Result<StoredLook> decode_look(const Statement& statement) {
  StoredLook look;
  look.id = statement.integer(0);
  const auto kind = look_kind_named(statement.text(1));
  if (!kind) return kind.error();
  look.kind = *kind;
  const auto evidence_document = parse_json(statement.text(2), kStoredJsonLimits);
  if (!evidence_document) return evidence_document.error();
  auto evidence = evidence_from(*evidence_document);
  if (!evidence) return evidence.error();
  look.evidence = std::move(*evidence);
  const auto decision_document = parse_json(statement.text(3), kStoredJsonLimits);
  if (!decision_document) return decision_document.error();
  auto decision = decision_from(*decision_document);
  if (!decision) return decision.error();
  look.decision = std::move(*decision);
  look.acted = statement.integer(4) != 0;
  return look;
}

}  // namespace

Result<CatalogVersion> SqliteControlStore::version() {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  const auto newest = newest_version(**reader);
  if (!newest) return newest.error();
  return CatalogVersion{*newest};
}

Result<Catalog> SqliteControlStore::latest() {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  auto statement = (**reader).prepare(
      "SELECT version, document FROM catalog_versions ORDER BY version DESC LIMIT 1");
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return Catalog{};
  return read_catalog(*statement);
}

Result<Catalog> SqliteControlStore::at(CatalogVersion version) {
  if (raw(version) == 0) return Catalog{};
  const auto reader = database_.read();
  if (!reader) return reader.error();
  auto statement =
      (**reader).prepare("SELECT version, document FROM catalog_versions WHERE version = ?1");
  if (!statement) return statement.error();
  statement->bind(1, raw(version));
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) {
    return Error{Errc::kNotFound, "no catalog version " + std::to_string(raw(version))};
  }
  return read_catalog(*statement);
}

Result<Catalog> SqliteControlStore::in_force(Time time) {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  auto statement = (**reader).prepare(
      "SELECT version, document FROM catalog_versions WHERE created_at <= ?1 "
      "ORDER BY created_at DESC, version DESC LIMIT 1");
  if (!statement) return statement.error();
  statement->bind(1, microseconds(time));
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return Catalog{};
  return read_catalog(*statement);
}

Status SqliteControlStore::put(CatalogVersion expected, const Catalog& next,
                               std::span<const AuditEntry> audit,
                               const std::optional<StoredLook>& look) {
  if (raw(next.version) != raw(expected) + 1) {
    return Error{Errc::kInvalidArgument, "catalog version " + std::to_string(raw(next.version)) +
                                             " does not follow " + std::to_string(raw(expected))};
  }
  const auto writer = database_.write();
  if (!writer) return writer.error();
  auto transaction = Transaction::begin(**writer, TransactionKind::kWrite);
  if (!transaction) return transaction.error();
  const auto newest = newest_version(**writer);
  if (!newest) return newest.error();
  if (*newest != raw(expected)) {
    return Error{Errc::kConflict, "the catalog is at version " + std::to_string(*newest) +
                                      ", not " + std::to_string(raw(expected))};
  }
  if (const Status status = insert_catalog(**writer, next); !status) return status.error();
  std::optional<std::int64_t> look_id;
  if (look) {
    const auto id = insert_look(**writer, *look);
    if (!id) return id.error();
    look_id = *id;
  }
  for (AuditEntry entry : audit) {
    if (look_id) entry.look = *look_id;
    if (const Status status = insert_audit(**writer, entry); !status) return status.error();
  }
  return transaction->commit();
}

Result<std::int64_t> SqliteControlStore::record_look(const StoredLook& look) {
  const auto writer = database_.write();
  if (!writer) return writer.error();
  auto transaction = Transaction::begin(**writer, TransactionKind::kWrite);
  if (!transaction) return transaction.error();
  const auto id = insert_look(**writer, look);
  if (!id) return id.error();
  if (const Status status = transaction->commit(); !status) return status.error();
  return *id;
}

Result<std::vector<StoredLook>> SqliteControlStore::looks(const ExperimentKey& experiment,
                                                          Time from, Time until,
                                                          std::size_t limit) {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  auto statement = (**reader).prepare(
      "SELECT id, kind, evidence, decision, acted FROM looks "
      "WHERE experiment = ?1 AND look_time >= ?2 AND look_time < ?3 "
      "ORDER BY look_time DESC, id DESC LIMIT ?4");
  if (!statement) return statement.error();
  statement->bind_text(1, experiment.str());
  statement->bind(2, microseconds(from));
  statement->bind(3, microseconds(until));
  statement->bind(4, row_limit(limit));
  std::vector<StoredLook> found;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) break;
    auto look = decode_look(*statement);
    if (!look) return unreadable("look " + std::to_string(statement->integer(0)), look.error());
    found.push_back(std::move(*look));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Result<std::vector<AuditEntry>> SqliteControlStore::audit(Time from, Time until,
                                                          std::size_t limit) {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  auto statement = (**reader).prepare(
      "SELECT id, at, actor, action, experiment, version_before, version_after, detail, look "
      "FROM audit WHERE at >= ?1 AND at < ?2 ORDER BY at DESC, id DESC LIMIT ?3");
  if (!statement) return statement.error();
  statement->bind(1, microseconds(from));
  statement->bind(2, microseconds(until));
  statement->bind(3, row_limit(limit));
  std::vector<AuditEntry> found;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) break;
    found.push_back(read_audit_entry(*statement));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace converge::sqlite
