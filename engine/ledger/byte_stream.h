#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace converge {

/// Little-endian integers and length-prefixed texts, for checkpoints.
class ByteWriter {
 public:
  void integer(std::int64_t value);
  void text(std::string_view value);
  void time(Time value) { integer(value.time_since_epoch().count()); }
  void optional_time(const std::optional<Time>& value);

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads what ByteWriter wrote. After a read beyond the end everything is 0 or empty and failed()
/// is true. Borrows the bytes.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  std::int64_t integer();
  std::string text();
  Time time() { return Time(Duration(integer())); }
  std::optional<Time> optional_time();
  /// A number of things of which each takes at least one byte, so that damaged bytes cannot ask for
  /// more memory than they have themselves.
  std::size_t count();

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace converge
