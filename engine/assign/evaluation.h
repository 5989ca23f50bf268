#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/assign/compiled_feature.h"
#include "engine/assign/hash_unit.h"

namespace converge {

/// One call of the evaluator: the walk over features, their prerequisites and experiments. Internal
/// to the evaluator; used once, by one thread.
class Evaluation {
 public:
  Evaluation(const EvaluatorLimits& limits, const EvaluationContext& context,
             const Recording& recording)
      : limits_(limits), context_(context), recording_(recording) {}

  /// The features from the one that was asked to the present one.
  struct Way {
    const CompiledFeature* feature = nullptr;
    const Way* before = nullptr;  ///< null: this one was asked
    std::size_t length = 1;
  };
  /// `feature` is null when there is none of that key.
  FeatureResult feature(std::string_view key, const CompiledFeature* feature, const Way* before);

  /// Where an experiment is run: as a rule, or by itself (no way).
  struct Place {
    const Way* way = nullptr;
    std::size_t rule = 0;
  };
  struct Run {
    ExperimentResult result;
    std::optional<double> n;  ///< the unit's hash, where the run got as far as hashing
  };
  /// `leaf` splits the traffic of a contextual bandit; null: the experiment's own ranges.
  Run run(const CompiledExperiment& experiment, const CompiledLeaf* leaf, const Place& place);

 private:
  std::optional<FeatureResult> rule(const Way& way, std::size_t index);
  std::optional<FeatureResult> force_rule(const Way& way, std::size_t index);
  std::optional<FeatureResult> experiment_rule(const Way& way, std::size_t index);

  /// A parent condition that does not hold: kPrerequisite, kGate, kCycle or kPrerequisiteLimit.
  struct Unmet {
    Outcome outcome = Outcome::kPrerequisite;
    std::size_t part = 0;
  };
  std::optional<Unmet> first_unmet(const std::vector<CompiledParent>& parents, const Way* way);

  struct Verdict {
    Outcome outcome = Outcome::kNotInRange;
    int variation = -1;  ///< may be none of the experiment's
    std::size_t part = 0;
    std::optional<double> n;
  };
  // The steps of protocol section 5, in its order.
  Verdict verdict(const CompiledExperiment& experiment, const CompiledLeaf* leaf,
                  const HashUnit& unit, const Way* way);
  std::optional<Verdict> before_hashing(const CompiledExperiment& experiment) const;
  std::optional<Verdict> not_eligible(const CompiledExperiment& experiment,
                                      std::string_view unit_text, const Way* way);
  StickyAnswer sticky_answer(const CompiledExperiment& experiment) const;
  ExperimentResult result_of(const CompiledExperiment& experiment, const CompiledLeaf* leaf,
                             const HashUnit& unit, const Verdict& verdict) const;
  Verdict rollout(const CompiledRule& rule) const;

  bool uses_sticky(bool disabled_by_rule) const;
  void note(const Way& way, const RuleTrace& trace) const;
  void expose(const Exposure& exposure);
  void expose_tracks(const Value& tracks, const Place& place);

  const EvaluatorLimits& limits_;
  const EvaluationContext& context_;
  const Recording& recording_;
  std::size_t evaluations_ = 0;
  std::set<std::string> exposed_;  ///< identities of the exposures recorded
};

}  // namespace converge
