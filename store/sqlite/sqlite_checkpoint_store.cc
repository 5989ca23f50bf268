#include "store/sqlite/sqlite_checkpoint_store.h"

#include <algorithm>
#include <utility>

namespace converge::sqlite {
namespace {

struct Head {
  LogSeq seq{};
  std::int64_t generation = 0;
  std::int64_t parts = 0;
  std::int64_t size = 0;
};

Result<std::optional<Head>> read_head(Connection& connection, const std::string& name) {
  auto statement =
      connection.prepare("SELECT seq, generation, parts, size FROM checkpoints WHERE name = ?1");
  if (!statement) return statement.error();
  statement->bind_text(1, name);
  const auto row = statement->step();
  if (!row) return row.error();
  if (!*row) return std::optional<Head>{};
  return std::optional<Head>(Head{LogSeq{statement->integer(0)}, statement->integer(1),
                                  statement->integer(2), statement->integer(3)});
}

/// Parts of other generations: replaced ones, and what an interrupted save left behind.
Status drop_other_parts(Connection& connection, const std::string& name, std::int64_t generation) {
  auto statement =
      connection.prepare("DELETE FROM checkpoint_parts WHERE name = ?1 AND generation <> ?2");
  if (!statement) return statement.error();
  statement->bind_text(1, name);
  statement->bind(2, generation);
  return statement->run();
}

/// The generation of the new checkpoint, with the remains of interrupted ones gone.
Result<std::int64_t> begin_generation(Connection& connection, const std::string& name) {
  const auto head = read_head(connection, name);
  if (!head) return head.error();
  const std::int64_t present = *head ? (*head)->generation : 0;
  if (const Status status = drop_other_parts(connection, name, present); !status) {
    return status.error();
  }
  return present + 1;
}

Status insert_part(Connection& connection, const std::string& name, std::int64_t generation,
                   std::int64_t part, std::string_view bytes) {
  auto statement = connection.prepare(
      "INSERT INTO checkpoint_parts (name, generation, part, bytes) VALUES (?1, ?2, ?3, ?4)");
  if (!statement) return statement.error();
  statement->bind_text(1, name);
  statement->bind(2, generation);
  statement->bind(3, part);
  statement->bind_bytes(4, bytes);
  return statement->run();
}

Status put_in_force(Connection& connection, const std::string& name, const Head& head) {
  auto transaction = Transaction::begin(connection, TransactionKind::kWrite);
  if (!transaction) return transaction.error();
  {
    auto statement = connection.prepare(
        "INSERT INTO checkpoints (name, seq, generation, parts, size) "
        "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO UPDATE SET "
        "seq = excluded.seq, generation = excluded.generation, parts = excluded.parts, "
        "size = excluded.size");
    if (!statement) return statement.error();
    statement->bind_text(1, name);
    statement->bind(2, raw(head.seq));
    statement->bind(3, head.generation);
    statement->bind(4, head.parts);
    statement->bind(5, head.size);
    if (const Status status = statement->run(); !status) return status.error();
  }
  if (const Status status = drop_other_parts(connection, name, head.generation); !status) {
    return status.error();
  }
  return transaction->commit();
}

}  // namespace

Result<std::optional<Checkpoint>> SqliteCheckpointStore::load(const std::string& name) {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  // One snapshot: a save meanwhile must not take the parts away.
  auto transaction = Transaction::begin(**reader, TransactionKind::kRead);
  if (!transaction) return transaction.error();
  const auto head = read_head(**reader, name);
  if (!head) return head.error();
  if (!*head) return std::optional<Checkpoint>{};
  auto statement = (**reader).prepare(
      "SELECT bytes FROM checkpoint_parts WHERE name = ?1 AND generation = ?2 ORDER BY part");
  if (!statement) return statement.error();
  statement->bind_text(1, name);
  statement->bind(2, (*head)->generation);
  Checkpoint checkpoint;
  checkpoint.seq = (*head)->seq;
  std::int64_t parts = 0;
  for (;; ++parts) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) break;
    checkpoint.bytes += statement->text(0);
  }
  if (parts != (*head)->parts ||
      static_cast<std::int64_t>(checkpoint.bytes.size()) != (*head)->size) {
    return Error{Errc::kInternal,
                 "the database is damaged: checkpoint \"" + name + "\" is incomplete"};
  }
  return std::optional<Checkpoint>(std::move(checkpoint));
}

Status SqliteCheckpointStore::save(const std::string& name, const Checkpoint& checkpoint) {
  const std::lock_guard one_at_a_time(saving_);
  Head head{checkpoint.seq, 0, 0, static_cast<std::int64_t>(checkpoint.bytes.size())};
  {
    const auto writer = database_.write();
    if (!writer) return writer.error();
    const auto generation = begin_generation(**writer, name);
    if (!generation) return generation.error();
    head.generation = *generation;
  }
  std::string_view rest = checkpoint.bytes;
  while (!rest.empty()) {
    const std::string_view bytes = rest.substr(0, database_.options().checkpoint_part_bytes);
    rest.remove_prefix(bytes.size());
    const auto writer = database_.write();
    if (!writer) return writer.error();
    if (const Status status = insert_part(**writer, name, head.generation, head.parts++, bytes);
        !status) {
      return status.error();
    }
  }
  const auto writer = database_.write();
  if (!writer) return writer.error();
  return put_in_force(**writer, name, head);
}

}  // namespace converge::sqlite
