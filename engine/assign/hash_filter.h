#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/assign/feature.h"
#include "engine/assign/hash.h"
#include "engine/model/value.h"

namespace converge {

/// A HashFilter with its seed prepared. Immutable, thread-safe.
class CompiledFilter {
 public:
  explicit CompiledFilter(const HashFilter& filter);

  /// False without a unit, too.
  bool lets_in(const Value& attributes) const;

 private:
  std::string attribute_;
  SeededHash hash_;
  std::vector<DoubleRange> ranges_;
};

std::vector<CompiledFilter> compile_filters(const std::vector<HashFilter>& filters);

/// Index of the first filter that keeps the unit out; nullopt when all let it in.
std::optional<std::size_t> first_closed(const std::vector<CompiledFilter>& filters,
                                        const Value& attributes);

/// A share of a deprecated name space with its seed prepared. Immutable, thread-safe.
class CompiledNamespace {
 public:
  explicit CompiledNamespace(const Namespace& name_space);
  bool contains(std::string_view unit) const;

 private:
  SeededHash hash_;
  DoubleRange range_;
};

}  // namespace converge
