#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

/// SQLite with RAII and Result. A connection and what is made from it belong to one thread at a
/// time.
namespace converge::sqlite {

/// A prepared statement on loan from its connection's cache; given back reset. Parameters count
/// from 1, columns from 0. Bound text and bytes must live until the statement has been stepped for
/// the last time.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// A failure to bind is reported by the next step.
  void bind(int parameter, std::int64_t value);
  void bind_text(int parameter, std::string_view text);
  void bind_bytes(int parameter, std::string_view bytes);
  void bind_null(int parameter);

  /// True: a row can be read. False: done.
  Result<bool> step();
  /// Steps to the end and makes the statement ready for other parameters.
  Status run();

  std::int64_t integer(int column) const;
  std::string text(int column) const;  ///< text or bytes
  bool is_null(int column) const;

 private:
  friend class Connection;
  Statement(sqlite3* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}
  void note(int code);

  sqlite3* database_;
  sqlite3_stmt* statement_;
  int bind_code_ = 0;
};

enum class Access { kReadWriteCreate, kReadOnly };

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access,
                                                  const std::string& vfs,
                                                  std::chrono::milliseconds busy_timeout);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Prepared once per text. `sql` must live as long as the connection: a literal.
  Result<Statement> prepare(const char* sql);
  /// Runs a script without parameters or results.
  Status execute(const std::string& script);
  /// First column of the first row.
  Result<std::int64_t> integer(const std::string& sql);
  Result<std::string> text(const std::string& sql);

  bool is_in_transaction() const;

 private:
  explicit Connection(sqlite3* database) : database_(database) {}

  sqlite3* database_;
  std::unordered_map<std::string_view, sqlite3_stmt*> prepared_;
};

enum class TransactionKind { kRead, kWrite };

/// Rolled back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection, TransactionKind kind);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// Nothing was changed when it fails.
  Status commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace converge::sqlite
