#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/codec/definition.h"
#include "engine/model/ids.h"
#include "engine/model/value.h"

/// Tests beside definitions: what a unit is to get, and which shares come out (`*.spec.yaml`).
namespace converge {

/// What one flag answers to the unit of a spec. Members that are not stated are not compared.
struct FlagExpectation {
  FlagKey flag;
  std::optional<Value> value;
  std::optional<VariantKey> variant;
  std::optional<std::string> reason;  ///< as POST /v1/assign names it
  std::optional<bool> in_experiment;
  std::string path;  ///< of this expectation in the document
};

/// Shares of the variants among sampled units; "none" stands for those in no variant.
struct ShareExpectation {
  ExperimentKey experiment;
  std::vector<std::pair<std::string, double>> shares;
  double within = 0;  ///< largest difference that is fine
  int units = 10'000;
  std::string path;
};

struct Spec {
  std::string name;
  // Given: the definitions, applied to an empty catalog, with
  std::optional<std::vector<ExperimentKey>> running;  ///< only these; else those whose status is
  std::map<ExperimentKey, int> traffic;               ///< in buckets
  std::string unit;                                   ///< of the default kind
  Value attributes;
  std::vector<FlagExpectation> flags;
  std::optional<ShareExpectation> shares;
  std::string path;
};

struct ReadSpecs {
  std::vector<Spec> specs;  ///< only meaningful when no problem is an error
  std::vector<DefinitionProblem> problems;
};

/// {apiVersion, specs: [{name, given?: {running?, traffic?}, unit?, attributes?, expect?: [{flag,
/// value?, variant?, reason?, in_experiment?}], shares?: {experiment, of: {variant: share}, within,
/// units?}}]}. Every problem in one run.
ReadSpecs read_specs(const Value& document);

}  // namespace converge
