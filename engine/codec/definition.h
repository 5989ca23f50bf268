#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/model/definition.h"
#include "engine/model/value.h"

/// The one place that knows the names and forms of definition files (design section 6): document <-> values.
/// config/ adds files, lines and columns; stores and `export` use it as it is.
namespace converge {

/// A mistake in a document.
struct DefinitionProblem {
  std::string path;      ///< "experiments[0].variants[1].weight"
  std::string message;   ///< what is wrong, what was expected, nearest valid name when there is one
  bool is_warning = false;
};

struct ReadDefinitions {
  Definitions definitions;  ///< only meaningful when no problem is an error
  std::vector<DefinitionProblem> problems;
  bool has_errors() const;
};

/// Reads a merged document ({apiVersion, timezone?, units?, metrics?, experiments?}); every problem of form, range and
/// cross-reference in one run. What later versions bring is refused by name. Never throws.
ReadDefinitions read_definitions(const Value& document);

/// The document that read_definitions turns back into the same values, in the file format.
Value to_document(const Definitions& definitions);
Value to_document(const ExperimentDefinition& experiment);
Value to_document(const MetricDefinition& metric);

/// Top-level, metric, experiment, ... member names that this version accepts, for the schema test: path pattern
/// ("experiments[].analysis") -> names.
const std::vector<std::pair<std::string, std::vector<std::string>>>& accepted_members();

/// The closest of `candidates` by edit distance, empty when none is near.
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

}  // namespace converge
