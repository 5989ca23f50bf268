#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/model/ids.h"
#include "engine/model/value.h"

namespace converge::cli {

enum class FileRole { kExposures, kEvents };

/// "FILE[,TARGET=SOURCE]...": a file to import and how its columns become members of events.
struct FileSpec {
  std::string path;
  std::vector<std::pair<std::string, std::string>> mapping;  ///< target -> column, or ":constant"
};
Result<FileSpec> parse_file_spec(const std::string& text);

/// Turns the rows of one CSV file into event objects as POST /v1/events takes them. Targets: id,
/// ts, units.KIND, experiment, variant, source, name, value, attributes.NAME, properties.NAME.
/// Columns that no source names go by their own: event_id and id -> id; ts, timestamp, time -> ts;
/// a unit kind of the catalog -> units; variant, experiment, source, name, event_name, value; any
/// other -> attributes (exposures) or properties (events). An empty cell is an absent member. Cells
/// of value, attributes and properties that are JSON numbers become numbers; "COLUMN|text" keeps
/// the text.
class ColumnMapping {
 public:
  /// kInvalidArgument names an unknown target or column with the nearest valid one.
  static Result<ColumnMapping> make(const FileSpec& spec, FileRole role,
                                    const std::vector<std::string>& header,
                                    const std::vector<UnitKind>& unit_kinds);

  /// Precondition: as many cells as the header has.
  Value event(const std::vector<std::string>& cells) const;
  std::size_t columns() const { return columns_; }

 private:
  enum class Part { kTop, kUnits, kAttributes, kProperties };
  enum class CellType { kText, kNumberOrText };
  struct Rule {
    Part part = Part::kTop;
    std::string member;
    CellType type = CellType::kText;
    int column = -1;  ///< -1: constant
    std::string constant;
  };
  static Result<Rule> rule_for(const std::string& target);

  FileRole role_ = FileRole::kEvents;
  std::size_t columns_ = 0;
  std::vector<Rule> rules_;
};

}  // namespace converge::cli
