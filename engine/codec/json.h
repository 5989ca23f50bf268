#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/model/value.h"

namespace converge {

struct JsonLimits {
  std::size_t depth_max = 32;
  std::size_t bytes_max = std::size_t{16} * 1024 * 1024;
};

/// Strict JSON (RFC 8259, UTF-8 checked, duplicate member names refused, surrogate pairs required)
/// to a Value. The error gives the byte offset. Never throws.
Result<Value> parse_json(std::string_view text, const JsonLimits& limits = {});

/// Compact JSON in member order; numbers as their text.
std::string to_json(const Value& value);
/// The same, and one string of it, behind what `out` holds already.
void append_json(std::string& out, const Value& value);
void append_json_text(std::string& out, std::string_view text);
/// The same, indented by two spaces, for people.
std::string to_json_pretty(const Value& value);

/// The canonical bytes of design section 8: members sorted by UTF-8 bytes at every level, no white
/// space, strings escaped as RFC 8785 does, numbers as the decimal text sent.
std::string to_canonical_json(const Value& value);

}  // namespace converge
