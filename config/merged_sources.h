#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/finding.h"
#include "config/load.h"
#include "config/source_text.h"
#include "engine/codec/definition.h"

/// Inside config: several files as one document, and the way back from its paths to their places.
namespace converge {

class MergedSources {
 public:
  /// Parses and merges. What is wrong with one file alone is in findings() at once.
  MergedSources(const std::vector<DefinitionSource>& sources, const LoadLimits& limits);

  const Value& document() const { return document_; }
  /// False when a file could not be read: then references into it say nothing.
  bool is_complete() const { return complete_; }

  /// Adds a problem of the merged document, unless its very place was reported before.
  void report(const DefinitionProblem& problem);
  std::vector<Finding>& findings() { return findings_; }

 private:
  struct File {
    std::string name;
    SourceNode root;
    std::map<std::string, Position> names;   ///< path -> where the member's name stands
    std::map<std::string, Position> values;  ///< path -> where the value stands
  };
  /// A part of the merged document and where it came from.
  struct Origin {
    std::size_t file = 0;
    std::string path;
  };
  /// Where a top-level setting or a key was seen first.
  struct Seen {
    std::size_t file = 0;
    Position at;
  };

  void parse(const DefinitionSource& source, const LoadLimits& limits);
  void index(const SourceNode& node, const std::string& path, File& file) const;
  void merge(std::size_t file);
  /// Members of a section that several files may add to: metrics, layers ...
  void merge_section(std::size_t file, const SourceMember& section);
  void merge_experiments(std::size_t file, const SourceNode& experiments);
  /// A setting of the whole folder: the first file decides, the others must agree.
  void merge_setting(std::size_t file, const SourceMember& setting);
  /// What cannot go into the merged document is checked on its own.
  void check_alone(std::size_t file, const std::vector<SourceMember>& members);
  void check_version(std::size_t file);

  void add(std::size_t file, const std::string& path, Position at, Severity severity,
           const std::string& message);
  void add_problem(std::size_t file, const std::string& path, const DefinitionProblem& problem);
  std::optional<Origin> origin_of(const std::string& path) const;
  std::string place_text(const Seen& seen) const;

  std::vector<File> files_;
  std::map<std::string, Origin> origins_;
  std::map<std::string, std::map<std::string, Seen>> section_keys_;  ///< by section
  std::map<std::string, Seen> experiment_keys_;
  std::map<std::string, Seen> settings_;
  Value::Object settings_members_;
  std::map<std::string, Value::Object> sections_;
  Value::Array experiments_;
  Value document_;
  std::vector<Finding> findings_;
  std::set<std::pair<std::size_t, std::string>> reported_;
  bool complete_ = true;
};

}  // namespace converge
