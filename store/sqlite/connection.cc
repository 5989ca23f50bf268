#include "store/sqlite/connection.h"

#include <sqlite3.h>

#include <cstdlib>
#include <utility>

#include "base/log.h"

namespace converge::sqlite {
namespace {

Errc errc_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
    case SQLITE_NOLFS:
      return Errc::kUnavailable;
    case SQLITE_TOOBIG:
      return Errc::kTooLarge;
    default:
      return Errc::kInternal;
  }
}

const char* explanation(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return "locked by another process";
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_IOERR:
      return "the disk failed to read or write";
    case SQLITE_CANTOPEN:
      return "the file cannot be opened";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "the file cannot be written";
    case SQLITE_NOMEM:
      return "out of memory";
    case SQLITE_TOOBIG:
      return "a value is too large to be stored";
    case SQLITE_CORRUPT:
      return "the file is damaged";
    case SQLITE_NOTADB:
      return "the file is not a database";
    default:
      return "unexpected failure";
  }
}

Error error_of(sqlite3* database, int code) {
  const char* detail = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  return {errc_of(code), std::string("database: ") + explanation(code) + " (" +
                             (detail != nullptr ? detail : "") + ", code " + std::to_string(code) +
                             ")"};
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      bind_code_(other.bind_code_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Statement::note(int code) {
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::bind(int parameter, std::int64_t value) {
  note(sqlite3_bind_int64(statement_, parameter, value));
}

void Statement::bind_text(int parameter, std::string_view text) {
  // A null pointer would bind NULL.
  note(sqlite3_bind_text64(statement_, parameter, text.empty() ? "" : text.data(), text.size(),
                           nullptr, SQLITE_UTF8));
}

void Statement::bind_bytes(int parameter, std::string_view bytes) {
  note(sqlite3_bind_blob64(statement_, parameter, bytes.empty() ? "" : bytes.data(), bytes.size(),
                           nullptr));
}

void Statement::bind_null(int parameter) {
  note(sqlite3_bind_null(statement_, parameter));
}

Result<bool> Statement::step() {
  if (bind_code_ != SQLITE_OK) return error_of(database_, bind_code_);
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error_of(database_, sqlite3_extended_errcode(database_));
}

Status Statement::run() {
  for (;;) {
    const Result<bool> row = step();
    if (!row) return row.error();
    if (!*row) break;
  }
  sqlite3_reset(statement_);
  return {};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  // The pointer first: asking for the size first could convert the value.
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr
             ? std::string()
             : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access,
                                                     const std::string& vfs,
                                                     std::chrono::milliseconds busy_timeout) {
  // Threads are kept apart by Database, so SQLite's own mutex would only cost time.
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (access == Access::kReadOnly ? SQLITE_OPEN_READONLY
                                                 : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &database, flags, vfs.empty() ? nullptr : vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(database));
  if (code != SQLITE_OK) return error_of(database, code).within(path);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, static_cast<int>(busy_timeout.count()));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  if (database_ != nullptr && sqlite3_close(database_) != SQLITE_OK) {
    log::error("database: a connection could not be closed");
  }
}

Result<Statement> Connection::prepare(const char* sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return Statement(database_, found->second);
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(database_, code);
  prepared_.emplace(sql, statement);
  return Statement(database_, statement);
}

Status Connection::execute(const std::string& script) {
  const int code = sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(database_, sqlite3_extended_errcode(database_));
  return {};
}

Result<std::int64_t> Connection::integer(const std::string& sql) {
  const Result<std::string> found = text(sql);
  if (!found) return found.error();
  return std::int64_t{std::strtoll(found->c_str(), nullptr, 10)};
}

Result<std::string> Connection::text(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(database_, code);
  code = sqlite3_step(statement);
  Result<std::string> result = error_of(database_, code);
  if (code == SQLITE_ROW) {
    const unsigned char* text = sqlite3_column_text(statement, 0);
    result = text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
  }
  sqlite3_finalize(statement);
  return result;
}

bool Connection::is_in_transaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

Result<Transaction> Transaction::begin(Connection& connection, TransactionKind kind) {
  // IMMEDIATE: a reader that wants to write later could fail half-way with SQLITE_BUSY_SNAPSHOT.
  Result<Statement> begin =
      connection.prepare(kind == TransactionKind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!begin) return begin.error();
  if (const Status status = begin->run(); !status) return status.error();
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  // SQLite has rolled back by itself after some failures.
  if (connection_ == nullptr || !connection_->is_in_transaction()) return;
  if (const Status status = connection_->execute("ROLLBACK"); !status) {
    log::error(status.error().message);
  }
}

Status Transaction::commit() {
  Result<Statement> commit = connection_->prepare("COMMIT");
  if (!commit) return commit.error();
  if (const Status status = commit->run(); !status) return status.error();
  connection_ = nullptr;
  return {};
}

}  // namespace converge::sqlite
