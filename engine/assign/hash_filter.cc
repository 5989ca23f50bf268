#include "engine/assign/hash_filter.h"

#include <algorithm>

#include "engine/assign/hash_unit.h"

namespace converge {

CompiledFilter::CompiledFilter(const HashFilter& filter)
    : attribute_(filter.attribute),
      hash_(filter.seed, filter.hash_version),
      ranges_(filter.ranges) {}

bool CompiledFilter::lets_in(const Value& attributes) const {
  const HashUnit unit = find_hash_unit(attributes, attribute_, {});
  if (unit.value == nullptr) return false;
  const HashText text(*unit.value);
  const std::optional<double> n = hash_.of(text.view());
  return n && choose_variation(*n, ranges_) != kNoVariant;
}

std::vector<CompiledFilter> compile_filters(const std::vector<HashFilter>& filters) {
  return {filters.begin(), filters.end()};
}

std::optional<std::size_t> first_closed(const std::vector<CompiledFilter>& filters,
                                        const Value& attributes) {
  const auto closed =
      std::find_if(filters.begin(), filters.end(),
                   [&](const CompiledFilter& filter) { return !filter.lets_in(attributes); });
  if (closed == filters.end()) return std::nullopt;
  return static_cast<std::size_t>(closed - filters.begin());
}

CompiledNamespace::CompiledNamespace(const Namespace& name_space)
    : hash_("__" + name_space.name, 1), range_(name_space.range) {}

bool CompiledNamespace::contains(std::string_view unit) const {
  const std::optional<double> n = hash_.of(unit);
  return n && *n >= range_.first && *n < range_.second;
}

}  // namespace converge
