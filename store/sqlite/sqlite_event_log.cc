#include "store/sqlite/sqlite_event_log.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace converge::sqlite {
namespace {

// The numbers in the file; independent of the order of the enumerators.
std::int64_t stored(RowKind kind) {
  switch (kind) {
    case RowKind::kEvent:
      return 0;
    case RowKind::kCompleteUntil:
      return 1;
  }
  CONVERGE_CHECK(false);
}

std::int64_t stored(RowSource source) {
  switch (source) {
    case RowSource::kLive:
      return 0;
    case RowSource::kImport:
      return 1;
  }
  CONVERGE_CHECK(false);
}

Error damaged_row(std::int64_t seq, const char* what) {
  return {Errc::kInternal,
          "the database is damaged: event row " + std::to_string(seq) + ": " + what};
}

constexpr const char* kColumns = "seq, version, kind, source, received_at, body, previous";

Result<LogRow> read_row(const Statement& statement) {
  LogRow row;
  const std::int64_t seq = statement.integer(0);
  row.seq = LogSeq{seq};
  row.version = static_cast<int>(statement.integer(1));
  switch (statement.integer(2)) {
    case 0:
      row.kind = RowKind::kEvent;
      break;
    case 1:
      row.kind = RowKind::kCompleteUntil;
      break;
    default:
      return damaged_row(seq, "unknown kind");
  }
  switch (statement.integer(3)) {
    case 0:
      row.source = RowSource::kLive;
      break;
    case 1:
      row.source = RowSource::kImport;
      break;
    default:
      return damaged_row(seq, "unknown source");
  }
  row.received_at = Time(Duration(statement.integer(4)));
  row.body = statement.text(5);
  auto previous = decode_positions(statement.text(6));
  if (!previous) return damaged_row(seq, "unreadable back pointers");
  row.previous = std::move(*previous);
  return row;
}

Result<LogSeq> last_in(Connection& connection) {
  auto statement = connection.prepare("SELECT coalesce(max(seq), 0) FROM events");
  if (!statement) return statement.error();
  const auto row = statement->step();
  if (!row) return row.error();
  return LogSeq{statement->integer(0)};
}

Status insert_rows(Connection& connection, std::span<const LogRow> rows) {
  auto transaction = Transaction::begin(connection, TransactionKind::kWrite);
  if (!transaction) return transaction.error();
  {
    auto insert = connection.prepare(
        "INSERT INTO events (seq, version, kind, source, received_at, body, previous) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    if (!insert) return insert.error();
    for (const LogRow& row : rows) {
      const std::string previous = encode_positions(row.previous);
      insert->bind(1, raw(row.seq));
      insert->bind(2, row.version);
      insert->bind(3, stored(row.kind));
      insert->bind(4, stored(row.source));
      insert->bind(5, row.received_at.time_since_epoch().count());
      insert->bind_bytes(6, row.body);
      insert->bind_bytes(7, previous);
      if (const Status status = insert->run(); !status) return status.error();
    }
  }
  return transaction->commit();
}

}  // namespace

Result<LogSeq> SqliteEventLog::last() {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  return last_in(**reader);
}

Status SqliteEventLog::append(std::span<const LogRow> rows) {
  if (rows.empty()) return {};
  const auto writer = database_.write();
  if (!writer) return writer.error();
  if (!last_) {
    const auto found = last_in(**writer);
    if (!found) return found.error();
    last_ = *found;
  }
  std::int64_t expected = raw(*last_);
  for (const LogRow& row : rows) {
    if (raw(row.seq) != ++expected) {
      return Error{Errc::kConflict, "event log: expected row " + std::to_string(expected) +
                                        ", got row " + std::to_string(raw(row.seq))};
    }
  }
  // A failed commit is looked up again in the file instead of being guessed.
  last_.reset();
  if (const Status status = insert_rows(**writer, rows); !status) return status.error();
  last_ = rows.back().seq;
  return {};
}

Result<std::vector<LogRow>> SqliteEventLog::read(LogSeq after, std::size_t limit) {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  static const std::string kSql =
      std::string("SELECT ") + kColumns + " FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2";
  auto statement = (**reader).prepare(kSql.c_str());
  if (!statement) return statement.error();
  std::int64_t seq = std::max<std::int64_t>(raw(after), 0);
  statement->bind(1, seq);
  statement->bind(2, static_cast<std::int64_t>(
                         std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max())));
  std::vector<LogRow> rows;
  for (;;) {
    const auto has_row = statement->step();
    if (!has_row) return has_row.error();
    if (!*has_row) return rows;
    auto row = read_row(*statement);
    if (!row) return row.error();
    if (raw(row->seq) != ++seq) return damaged_row(seq, "missing");
    rows.push_back(std::move(*row));
  }
}

Result<LogRow> SqliteEventLog::row(LogSeq seq) {
  const auto reader = database_.read();
  if (!reader) return reader.error();
  static const std::string kSql = std::string("SELECT ") + kColumns + " FROM events WHERE seq = ?1";
  auto statement = (**reader).prepare(kSql.c_str());
  if (!statement) return statement.error();
  statement->bind(1, raw(seq));
  const auto has_row = statement->step();
  if (!has_row) return has_row.error();
  if (!*has_row) return Error{Errc::kNotFound, "event log: no row " + std::to_string(raw(seq))};
  return read_row(*statement);
}

std::string encode_positions(const std::vector<LogSeq>& positions) {
  std::string bytes;
  for (const LogSeq position : positions) {
    auto rest = static_cast<std::uint64_t>(raw(position));
    for (; rest >= 0x80; rest >>= 7U) bytes.push_back(static_cast<char>((rest & 0x7fU) | 0x80U));
    bytes.push_back(static_cast<char>(rest));
  }
  return bytes;
}

Result<std::vector<LogSeq>> decode_positions(std::string_view bytes) {
  Error damage{Errc::kInternal, "damaged log positions"};
  std::vector<LogSeq> positions;
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift > 63) return damage;
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    shift += 7;
    if ((byte & 0x80U) != 0) continue;
    positions.push_back(LogSeq{static_cast<std::int64_t>(value)});
    value = 0;
    shift = 0;
  }
  if (shift != 0) return damage;
  return positions;
}

}  // namespace converge::sqlite
