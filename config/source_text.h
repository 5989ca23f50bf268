#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "engine/model/value.h"

/// Inside config: a parsed file that knows where each of its values stands.
namespace converge {

/// Line and column from 1; columns count code points.
struct Position {
  int line = 1;
  int column = 1;
  bool operator==(const Position&) const = default;
};

/// Turns offsets into positions.
class Lines {
 public:
  explicit Lines(std::string_view text);
  Position at_offset(std::size_t offset) const;
  /// Both counted from 0, the column in bytes.
  Position at_line_and_byte(std::size_t line, std::size_t byte) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

struct SourceMember;

/// A value with its place. Objects keep their members, lists their items, anything else `scalar`.
struct SourceNode {
  Position at;
  Value::Type type = Value::Type::kNull;
  Value scalar;
  std::vector<SourceMember> members;
  std::vector<SourceNode> items;

  const SourceMember* find(std::string_view name) const;
};

struct SourceMember {
  std::string name;
  Position name_at;
  SourceNode value;
};

/// A mistake of the file's syntax.
struct SourceProblem {
  Position at;
  std::string message;
};

/// `root` is absent when the text could not be read to its end.
struct ParsedSource {
  std::optional<SourceNode> root;
  std::vector<SourceProblem> problems;
};

/// YAML 1.2 core schema, one document. Plain scalars are numbers exactly when they follow JSON's
/// grammar; aliases are written out within the limits.
ParsedSource parse_yaml_source(std::string_view text, const LoadLimits& limits);
/// RFC 8259.
ParsedSource parse_json_source(std::string_view text, const LoadLimits& limits);

Value to_value(const SourceNode& node);
/// Adds a member to an object, or reports it as given twice.
void add_member(SourceMember member, SourceNode& object, std::vector<SourceProblem>& problems);
/// Offset of the first byte that is not UTF-8.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

}  // namespace converge
