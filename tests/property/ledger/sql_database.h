#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace converge::test {

/// One row of a result, as long as the callback runs.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  std::int64_t integer(int i) const { return sqlite3_column_int64(statement_, i); }
  bool is_null(int i) const { return sqlite3_column_type(statement_, i) == SQLITE_NULL; }
  std::string text(int i) const;

 private:
  sqlite3_stmt* statement_;
};

/// SQLite in memory with one function more: quanta(json text or null, json type or null, scale
/// exponent) gives an integer, 'overflow' or null. Throws what SQLite objects.
class Database {
 public:
  Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(db_); }

  void run(const std::string& sql);
  void insert(const std::string& table, const std::vector<std::string>& literals);
  void query(const std::string& sql, const std::function<void(const Row&)>& each);

 private:
  [[noreturn]] void fail(const std::string& sql);
  sqlite3* db_ = nullptr;
};

std::string quoted(const std::string& text);

}  // namespace converge::test
