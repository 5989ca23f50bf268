#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/model/value.h"

namespace converge {

/// Something in a condition that evaluates, but not as its author can have meant or not as every
/// SDK does.
struct ConditionWarning {
  std::string path;  ///< "$or[1].country.$regex"
  std::string message;
};

/// A condition of the GrowthBook language (protocol section 3), compiled once: regular expressions
/// and version keys are prepared. Immutable and thread-safe. A null or empty condition holds for
/// everyone.
class Condition {
 public:
  Condition();
  Condition(const Condition&);
  Condition(Condition&&) noexcept;
  Condition& operator=(const Condition&);
  Condition& operator=(Condition&&) noexcept;
  ~Condition();

  struct Limits {
    std::size_t depth_max = 32;
    std::size_t pattern_bytes_max = 1024;
    std::size_t subject_bytes_max = 4096;
  };
  using SavedGroups = std::map<std::string, Value>;

  /// kInvalidArgument when it is no object, nests too deep or is too large. Semantically odd parts
  /// (unknown operators, bad patterns) compile to what the SDKs do with them and are named in
  /// warnings().
  static Result<Condition> compile(const Value& condition, const SavedGroups& groups,
                                   const Limits& limits);

  bool holds(const Value& attributes) const;
  const std::vector<ConditionWarning>& warnings() const;

 private:
  struct Node;
  std::shared_ptr<const Node>
      root_;  ///< shared because compiled conditions are copied with catalog snapshots
  std::vector<ConditionWarning> warnings_;
};

}  // namespace converge
