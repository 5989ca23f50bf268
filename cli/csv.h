#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace converge::cli {

/// Reads CSV as RFC 4180 describes it: comma, double quotes, quotes doubled inside, line breaks
/// inside quotes; LF or CRLF; a UTF-8 byte order mark is skipped; blank lines are skipped.
class CsvReader {
 public:
  static constexpr std::size_t kRowBytesMax = std::size_t{1024} * 1024;

  explicit CsvReader(std::istream& in) : in_(in) {}

  /// The next row; nullopt at the end. kInvalidArgument for an unclosed quote, text after a closing
  /// quote, or a row over kRowBytesMax; reading goes on with the next line.
  Result<std::optional<std::vector<std::string>>> next();

  /// 1-based line on which the row returned last began.
  std::size_t line() const { return row_line_; }

 private:
  std::istream& in_;
  std::size_t line_ = 0;
  std::size_t row_line_ = 0;
};

}  // namespace converge::cli
