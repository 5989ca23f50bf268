#include "cli/column_mapping.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/decimal.h"
#include "engine/codec/definition.h"

namespace converge::cli {
namespace {

const std::vector<std::string>& top_members() {
  static const std::vector<std::string> kNames = {"id",     "ts",   "experiment", "variant",
                                                  "source", "name", "value"};
  return kNames;
}

/// Column names that people use for a member.
const std::vector<std::pair<std::string, std::string>>& conventional_names() {
  static const std::vector<std::pair<std::string, std::string>> kNames = {
      {"id", "id"},     {"event_id", "id"},           {"ts", "ts"},           {"timestamp", "ts"},
      {"time", "ts"},   {"experiment", "experiment"}, {"variant", "variant"}, {"source", "source"},
      {"name", "name"}, {"event_name", "name"},       {"value", "value"}};
  return kNames;
}

std::string conventional_target(const std::string& column, FileRole role,
                                const std::vector<UnitKind>& kinds) {
  const auto known = std::find_if(conventional_names().begin(), conventional_names().end(),
                                  [&](const auto& entry) { return entry.first == column; });
  if (known != conventional_names().end()) return known->second;
  if (std::find(kinds.begin(), kinds.end(), UnitKind(column)) != kinds.end())
    return "units." + column;
  return (role == FileRole::kExposures ? "attributes." : "properties.") + column;
}

Value number_or_text(const std::string& cell) {
  if (Decimal::parse(cell)) return Value::number(cell, std::strtod(cell.c_str(), nullptr));
  return Value::string(cell);
}

std::string before(const std::string& text, std::size_t position) {
  return text.substr(0, position);
}

}  // namespace

Result<FileSpec> parse_file_spec(const std::string& text) {
  FileSpec spec;
  std::size_t from = text.find(',');
  spec.path = before(text, from);
  if (spec.path.empty())
    return Error{Errc::kInvalidArgument, "'" + text + "': a file name is missing"};
  while (from != std::string::npos) {
    const std::size_t to = text.find(',', from + 1);
    const std::string item = text.substr(from + 1, to == std::string::npos ? to : to - from - 1);
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == item.size()) {
      return Error{Errc::kInvalidArgument, "'" + item + "' after " + spec.path +
                                               ": expected TARGET=COLUMN or TARGET=:CONSTANT"};
    }
    spec.mapping.emplace_back(before(item, equals), item.substr(equals + 1));
    from = to;
  }
  return spec;
}

Result<ColumnMapping::Rule> ColumnMapping::rule_for(const std::string& target) {
  Rule rule;
  const std::size_t dot = target.find('.');
  rule.member = dot == std::string::npos ? target : target.substr(dot + 1);
  const std::string part = before(target, dot);
  if (dot == std::string::npos) {
    if (std::find(top_members().begin(), top_members().end(), target) == top_members().end()) {
      const std::string near = nearest_name(target, top_members());
      return Error{Errc::kInvalidArgument,
                   "unknown target '" + target + "'" +
                       (near.empty() ? std::string() : ", did you mean '" + near + "'?") +
                       "; targets are id, ts, units.KIND, experiment, variant, source, name, "
                       "value, attributes.NAME, properties.NAME"};
    }
    rule.type = target == "value" ? CellType::kNumberOrText : CellType::kText;
    return rule;
  }
  if (part == "units") {
    rule.part = Part::kUnits;
  } else if (part == "attributes") {
    rule.part = Part::kAttributes;
    rule.type = CellType::kNumberOrText;
  } else if (part == "properties") {
    rule.part = Part::kProperties;
    rule.type = CellType::kNumberOrText;
  } else {
    return Error{
        Errc::kInvalidArgument,
        "unknown target '" + target + "': expected units.KIND, attributes.NAME or properties.NAME"};
  }
  return rule;
}

Result<ColumnMapping> ColumnMapping::make(const FileSpec& spec, FileRole role,
                                          const std::vector<std::string>& header,
                                          const std::vector<UnitKind>& unit_kinds) {
  ColumnMapping mapping;
  mapping.role_ = role;
  mapping.columns_ = header.size();
  std::vector<bool> used(header.size(), false);
  std::vector<std::string> targets;
  for (const auto& [target, source] : spec.mapping) {
    auto rule = rule_for(target);
    if (!rule) return rule.error();
    targets.push_back(target);
    if (source.front() == ':') {
      rule->constant = source.substr(1);
    } else {
      std::string column = source;
      if (column.ends_with("|text")) {
        column.resize(column.size() - 5);
        rule->type = CellType::kText;
      }
      const auto found = std::find(header.begin(), header.end(), column);
      if (found == header.end()) {
        const std::string near = nearest_name(column, header);
        return Error{Errc::kInvalidArgument,
                     spec.path + " has no column '" + column + "'" +
                         (near.empty() ? std::string() : ", did you mean '" + near + "'?")};
      }
      rule->column = static_cast<int>(found - header.begin());
      used[static_cast<std::size_t>(rule->column)] = true;
    }
    mapping.rules_.push_back(*rule);
  }
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string target = conventional_target(header[i], role, unit_kinds);
    if (used[i] || std::find(targets.begin(), targets.end(), target) != targets.end()) continue;
    auto rule = rule_for(target);
    if (!rule) return rule.error();
    rule->column = static_cast<int>(i);
    mapping.rules_.push_back(*rule);
    targets.push_back(target);
  }
  return mapping;
}

Value ColumnMapping::event(const std::vector<std::string>& cells) const {
  Value::Object event{
      {"type", Value::string(role_ == FileRole::kExposures ? "exposure" : "outcome")}};
  std::array<Value::Object, 4> parts;
  for (const Rule& rule : rules_) {
    const std::string& cell =
        rule.column < 0 ? rule.constant : cells[static_cast<std::size_t>(rule.column)];
    if (cell.empty()) continue;
    parts[static_cast<std::size_t>(rule.part)].emplace_back(
        rule.member, rule.type == CellType::kText ? Value::string(cell) : number_or_text(cell));
  }
  for (auto& member : parts[static_cast<std::size_t>(Part::kTop)])
    event.push_back(std::move(member));
  const auto add = [&](const char* name, Part part) {
    auto& members = parts[static_cast<std::size_t>(part)];
    if (!members.empty()) event.emplace_back(name, Value::object(std::move(members)));
  };
  add("units", Part::kUnits);
  add("attributes", Part::kAttributes);
  add("properties", Part::kProperties);
  return Value::object(std::move(event));
}

}  // namespace converge::cli
