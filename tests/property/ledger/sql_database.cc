#include "sql_database.h"

#include <optional>
#include <stdexcept>

namespace converge::test {
namespace {

__extension__ typedef __int128 Wide;

/// Decimal text to quanta, half to even; nullopt beyond 2^53. Schoolbook, for texts of up to 20
/// digits.
std::optional<std::int64_t> quanta_of(std::string text, int scale_exponent) {
  const bool negative = text[0] == '-';
  if (negative) text.erase(0, 1);
  int exponent = -scale_exponent;
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string::npos) {
    exponent += std::stoi(text.substr(e + 1));
    text.erase(e);
  }
  const std::size_t point = text.find('.');
  if (point != std::string::npos) {
    exponent -= static_cast<int>(text.size() - point - 1);
    text.erase(point, 1);
  }
  Wide value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  for (; exponent > 0; --exponent) value *= 10;
  Wide divisor = 1;
  for (; exponent < 0; ++exponent) divisor *= 10;
  const Wide twice = 2 * (value % divisor);
  value /= divisor;
  if (twice > divisor || (twice == divisor && value % 2 == 1)) ++value;
  if (value >= (Wide{1} << 53)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? -value : value);
}

void sql_quanta(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto text = [arguments](int i) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(arguments[i]));
    return std::string(bytes == nullptr ? "" : bytes);
  };
  if (text(1) != "integer" && text(1) != "real") return sqlite3_result_null(context);
  const auto quanta = quanta_of(text(0), sqlite3_value_int(arguments[2]));
  if (quanta) return sqlite3_result_int64(context, *quanta);
  sqlite3_result_text(context, "overflow", -1, SQLITE_STATIC);
}

}  // namespace

std::string Row::text(int i) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, i));
  return bytes == nullptr ? "" : bytes;
}

Database::Database() {
  sqlite3_open(":memory:", &db_);
  sqlite3_create_function(db_, "quanta", 3, SQLITE_UTF8, nullptr, sql_quanta, nullptr, nullptr);
}

void Database::run(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

void Database::insert(const std::string& table, const std::vector<std::string>& literals) {
  std::string values;
  for (const std::string& literal : literals) values += (values.empty() ? "" : ",") + literal;
  run("INSERT INTO " + table + " VALUES (" + values + ")");
}

void Database::query(const std::string& sql, const std::function<void(const Row&)>& each) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail(sql);
  int step = sqlite3_step(statement);
  for (; step == SQLITE_ROW; step = sqlite3_step(statement)) each(Row(statement));
  if (step != SQLITE_DONE) fail(sql);
  sqlite3_finalize(statement);
}

void Database::fail(const std::string& sql) {
  throw std::runtime_error(std::string(sqlite3_errmsg(db_)) + " in " + sql);
}

std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) literal += c == '\'' ? std::string("''") : std::string(1, c);
  return literal + "'";
}

}  // namespace converge::test
