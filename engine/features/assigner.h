#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/assign/evaluator.h"
#include "engine/features/catalog_features.h"
#include "engine/model/catalog.h"
#include "engine/model/value.h"

namespace converge {

/// Why a unit gets what it gets.
enum class AssignReason {
  kSplit,         ///< member of a running experiment
  kSticky,        ///< the same, by its sticky document
  kHoldback,      ///< member of a holdback pair: measured after the promotion
  kPromoted,      ///< gets the winner by rule; no exposure
  kRule,          ///< another rule of the flag answers before the experiment
  kHeldOut,       ///< in the global holdout: the flag's default
  kNotTargeted,   ///< the condition does not hold: the flag's default
  kNotInTraffic,  ///< the bucket, or the layer's segment, belongs to nobody: the flag's default
  kEnded,         ///< rolled back, stopped, or inconclusive: control
  kNoUnit,        ///< the attributes carry no id of the experiment's unit kind: the default
};
const char* name_of(AssignReason reason);

struct Assignment {
  ExperimentKey experiment;  ///< "<key>--holdback" for members of the pair
  FlagKey flag;
  VariantKey variant;  ///< the control's when the unit is in nothing
  Value value;         ///< what the flag evaluates to
  AssignReason reason = AssignReason::kNotInTraffic;
  bool in_experiment = false;  ///< an exposure is due when the unit meets the variant
  int bucket = -1;             ///< -1 without a unit
  Unit unit;                   ///< who was hashed; empty id without a unit
};

/// What became of one rule of a flag for one unit.
struct RuleExplanation {
  RuleOrigin origin;
  std::size_t rule = 0;  ///< its index in the feature
  std::string id;        ///< may be empty
  Outcome outcome = Outcome::kNoVariations;
  std::size_t part = 0;     ///< the filter or prerequisite that said no
  std::optional<double> n;  ///< the hash in [0, 1) that the rule looked at
};

struct Explanation {
  Assignment assignment;  ///< without an experiment on the flag: its value only
  FeatureSource source = FeatureSource::kDefaultValue;
  std::vector<RuleExplanation> rules;  ///< those that were asked, in order
  /// A rule that was reached, of the flag or of a prerequisite, asks for the unit of the default
  /// kind, and the question has none.
  bool lacks_unit = false;
};

/// What an SDK asks.
struct FlagQuestion {
  std::string unit;  ///< id of the default unit kind; empty: nobody is known
  Value attributes;
  std::optional<FlagKey> flag;  ///< nullopt: every flag
};

/// A catalog version compiled for assignment: its features, and whose their rules are. Immutable,
/// thread-safe, cheap to share. Pure: the answer depends on the catalog, the unit, the attributes
/// and the sticky documents only (law 1).
class Assigner {
 public:
  static Result<std::shared_ptr<const Assigner>> compile(const Catalog& catalog);

  /// One answer per flag that has a native experiment in any state but draft and concluded, sorted
  /// by flag. `unit` is the id of the default unit kind, whatever `attributes` say of it; ids of
  /// other kinds come from their attributes (Definitions::units), and one that may not be assigned
  /// counts as missing. With `only` not empty, only flags of the experiments it names. `sticky`
  /// (null: none) holds the documents of the unit and takes what is to be saved. kInvalidArgument
  /// for a refused unit id; kNotFound for a name in `only` that is unknown.
  Result<std::vector<Assignment>> assign(const std::string& unit, const Value& attributes,
                                         const std::vector<ExperimentKey>& only,
                                         StickyBuckets* sticky) const;

  /// The same for every flag, with what each rule said.
  Result<std::vector<Explanation>> explain(const std::string& unit, const Value& attributes,
                                           StickyBuckets* sticky) const;

  /// The same for the flags of a question. kNotFound for an unknown flag.
  Result<std::vector<Explanation>> answer(const FlagQuestion& question,
                                          StickyBuckets* sticky) const;

  /// Whose sticky documents `assign` reads for the same question: none when no experiment that it
  /// meets asks for stickiness. An attribute that may not be an id counts as missing.
  std::vector<StickyUnit> sticky_units(const std::string& unit, const Value& attributes,
                                       const std::vector<ExperimentKey>& only) const;
  /// The same for `answer`.
  std::vector<StickyUnit> sticky_units(const FlagQuestion& question) const;

  // The same in parts, for answers whose texts are prepared. Flags are named by their place in the
  // order of evaluator().features().

  /// What the question asks of the evaluator.
  EvaluationContext context_of(const FlagQuestion& question, StickyBuckets* sticky) const;
  /// Whether `assign` answers for the flag.
  bool has_experiment(std::size_t flag) const;
  /// As `assign` answers; `value` is what Evaluator::plain_values gave.
  Assignment assign_flag(std::size_t flag, const FeatureValue& value,
                         const EvaluationContext& context) const;
  /// As `answer` answers a question with a unit.
  Explanation answer_flag(std::size_t flag, const EvaluationContext& context) const;
  /// What `answer_flag` says to everybody to whom plain_values gives this value, but for the unit
  /// and its bucket; of the rules, only the one that gave it. The assignment is that of everybody
  /// to whom a rule of an experiment gave the value.
  Explanation answer_of(std::size_t flag, const FeatureValue& value) const;

  const std::string& definitions_version() const;
  /// When the catalog was made.
  Time created_at() const;
  /// The attribute that carries the id of the default unit kind.
  const std::string& unit_attribute() const;
  /// Whether the attribute carries the id of a unit of some kind, or of a fallback.
  bool carries_unit(std::string_view attribute) const;
  const Evaluator& evaluator() const;

  ~Assigner();

 private:
  struct Compiled;
  explicit Assigner(std::unique_ptr<const Compiled> compiled);

  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace converge
