#pragma once

#include <optional>
#include <vector>

#include "engine/ports.h"
#include "store/sqlite/database.h"

namespace converge::sqlite {

class SqliteEventLog final : public EventLog {
 public:
  explicit SqliteEventLog(Database& database) : database_(database) {}

  Result<LogSeq> last() override;
  Status append(std::span<const LogRow> rows) override;
  Result<std::vector<LogRow>> read(LogSeq after, std::size_t limit) override;
  Result<LogRow> row(LogSeq seq) override;

 private:
  Database& database_;
  /// The last row in the file, guarded by the writer; unknown at first and after a failed append.
  std::optional<LogSeq> last_;
};

/// Log positions as unsigned LEB128, one after the other: the `previous` column.
std::string encode_positions(const std::vector<LogSeq>& positions);
/// kInternal for damage.
Result<std::vector<LogSeq>> decode_positions(std::string_view bytes);

}  // namespace converge::sqlite
