#include "engine/ledger/byte_stream.h"

namespace converge {

void ByteWriter::integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes_ += static_cast<char>(static_cast<unsigned char>(bits >> shift));
  }
}

void ByteWriter::text(std::string_view value) {
  integer(static_cast<std::int64_t>(value.size()));
  bytes_ += value;
}

void ByteWriter::optional_time(const std::optional<Time>& value) {
  integer(value ? 1 : 0);
  if (value) time(*value);
}

std::int64_t ByteReader::integer() {
  if (bytes_.size() < 8) {
    failed_ = true;
    bytes_ = {};
    return 0;
  }
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    bits |= std::uint64_t{static_cast<unsigned char>(bytes_[i])} << (8 * i);
  }
  bytes_.remove_prefix(8);
  return static_cast<std::int64_t>(bits);
}

std::size_t ByteReader::count() {
  const std::int64_t value = integer();
  if (value < 0 || static_cast<std::uint64_t>(value) > bytes_.size()) {
    failed_ = true;
    bytes_ = {};
    return 0;
  }
  return static_cast<std::size_t>(value);
}

std::string ByteReader::text() {
  const std::size_t size = count();
  std::string value(bytes_.substr(0, size));
  bytes_.remove_prefix(size);
  return value;
}

std::optional<Time> ByteReader::optional_time() {
  if (integer() == 0) return std::nullopt;
  return time();
}

}  // namespace converge
