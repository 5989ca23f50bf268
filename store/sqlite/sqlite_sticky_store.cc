#include "store/sqlite/sqlite_sticky_store.h"

#include <utility>

namespace converge::sqlite {
namespace {

Result<StickyDocument> read_document(Connection& connection, const StickyUnit& unit) {
  auto statement = connection.prepare(
      "SELECT assignment, variation FROM sticky_assignments WHERE attribute = ?1 AND value = ?2 "
      "ORDER BY assignment");
  if (!statement) return statement.error();
  statement->bind_text(1, unit.attribute);
  statement->bind_text(2, unit.value);
  StickyDocument document{unit.attribute, unit.value, {}};
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return document;
    document.assignments.emplace_back(statement->text(0), statement->text(1));
  }
}

Result<std::string> kept_variation(Connection& connection, const StickyChange& change) {
  auto statement = connection.prepare(
      "SELECT variation FROM sticky_assignments WHERE attribute = ?1 AND value = ?2 "
      "AND assignment = ?3");
  if (!statement) return statement.error();
  statement->bind_text(1, change.unit.attribute);
  statement->bind_text(2, change.unit.value);
  statement->bind_text(3, change.assignment);
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return Error{Errc::kInternal, "a sticky assignment vanished while it was written"};
  return statement->text(0);
}

Status write_change(Connection& connection, const StickyChange& change) {
  // `variation = NULL` holds for nothing: without `replaces` a present assignment stays.
  auto statement = connection.prepare(
      "INSERT INTO sticky_assignments (attribute, value, assignment, variation) "
      "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (attribute, value, assignment) "
      "DO UPDATE SET variation = excluded.variation WHERE variation = ?5");
  if (!statement) return statement.error();
  statement->bind_text(1, change.unit.attribute);
  statement->bind_text(2, change.unit.value);
  statement->bind_text(3, change.assignment);
  statement->bind_text(4, change.variation);
  if (change.replaces) {
    statement->bind_text(5, *change.replaces);
  } else {
    statement->bind_null(5);
  }
  return statement->run();
}

}  // namespace

Result<std::vector<StickyDocument>> SqliteStickyStore::find(std::span<const StickyUnit> units) {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  std::vector<StickyDocument> documents;
  documents.reserve(units.size());
  for (const StickyUnit& unit : units) {
    auto document = read_document(**reader, unit);
    if (!document) return document.error();
    documents.push_back(*std::move(document));
  }
  return documents;
}

Result<std::vector<std::string>> SqliteStickyStore::keep(std::span<const StickyChange> changes) {
  const auto writer = database_.write();
  if (!writer) return writer.error();
  auto transaction = Transaction::begin(**writer, TransactionKind::kWrite);
  if (!transaction) return transaction.error();
  std::vector<std::string> kept;
  kept.reserve(changes.size());
  for (const StickyChange& change : changes) {
    if (const Status written = write_change(**writer, change); !written) return written.error();
    auto variation = kept_variation(**writer, change);
    if (!variation) return variation.error();
    kept.push_back(*std::move(variation));
  }
  if (const Status committed = transaction->commit(); !committed) return committed.error();
  return kept;
}

Status SqliteStickyStore::erase(const StickyUnit& unit) {
  const auto writer = database_.write();
  if (!writer) return writer.error();
  auto statement =
      (**writer).prepare("DELETE FROM sticky_assignments WHERE attribute = ?1 AND value = ?2");
  if (!statement) return statement.error();
  statement->bind_text(1, unit.attribute);
  statement->bind_text(2, unit.value);
  return statement->run();
}

}  // namespace converge::sqlite
