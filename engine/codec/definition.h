#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/model/definition.h"
#include "engine/model/ids.h"
#include "engine/model/value.h"

/// The one place that knows the names and forms of definition files (design section 6): document
/// <-> values. config/ adds files, lines and columns; stores and `export` use it as it is.
namespace converge {

/// The version that `apiVersion` names.
inline constexpr const char* kDefinitionsVersion = "converge/v1";

/// A mistake in a document.
struct DefinitionProblem {
  std::string path;     ///< "experiments[0].variants[1].weight"; empty for the whole document
  std::string message;  ///< what is wrong, what was expected, nearest valid name when there is one
  bool is_warning = false;
  bool at_name = false;  ///< it is the member's name that is wrong, not its value
  /// It refers to something that the document does not define; part of the document may be missing.
  bool is_unknown_reference = false;
  bool operator==(const DefinitionProblem&) const = default;
};

struct ReadDefinitions {
  Definitions definitions;  ///< only meaningful when no problem is an error
  std::vector<DefinitionProblem> problems;
  bool has_errors() const;
};

/// Reads a merged document ({apiVersion, timezone?, units?, metrics?, experiments?}); every problem
/// of form, range and cross-reference in one run. What later versions bring is refused by name.
/// Never throws.
ReadDefinitions read_definitions(const Value& document);

/// The document that read_definitions turns back into the same values, in the file format. A
/// metric's key is the name of its member, so it is not in its document.
Value to_document(const Definitions& definitions);
Value to_document(const ExperimentDefinition& experiment);
Value to_document(const MetricDefinition& metric);

/// One entry as to_document wrote it, for catalogs that were stored earlier: only its form is read.
/// Cross-references and lint are not repeated and reserved keys (holdback pairs) are fine, so that
/// a stricter version still opens an older store. kInvalidArgument with the first problem
/// otherwise.
Result<ExperimentDefinition> experiment_from(const Value& document);
Result<MetricDefinition> metric_from(const MetricKey& key, const Value& document);

/// The buckets of 10,000 that a share stands for ("5%" or 0.05); nullopt when it is none.
std::optional<int> buckets_in(const Value& share);

/// Member names that this version accepts, for the schema test: path pattern
/// ("experiments[].analysis", "" for the top level) -> names.
const std::vector<std::pair<std::string, std::vector<std::string>>>& accepted_members();

/// `path` followed by a member: "a.b", or `a["b c"]` when the name is no plain word.
std::string member_path(const std::string& path, const std::string& name);
std::string item_path(const std::string& path, std::size_t index);

/// The closest of `candidates` by edit distance, empty when none is near.
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace converge
