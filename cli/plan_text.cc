#include "cli/plan_text.h"

#include <fmt/format.h>

#include <utility>

namespace converge::cli {

void print_changes(const CatalogPlan& plan) {
  for (const PlannedChange& change : plan.changes) {
    fmt::print("{:<10} {}: {}", name_of(change.kind), change.subject, change.detail);
    if (change.moved_share > 0)
      fmt::print(" ({:.1f} % of present members move)", change.moved_share * 100);
    fmt::print("\n");
  }
  if (plan.changes.empty()) fmt::print("nothing to change\n");
}

Value changes_document(const CatalogPlan& plan) {
  Value::Array changes;
  for (const PlannedChange& change : plan.changes) {
    changes.push_back(Value::object({{"kind", Value::string(name_of(change.kind))},
                                     {"subject", Value::string(change.subject)},
                                     {"detail", Value::string(change.detail)},
                                     {"moved_share", Value::real(change.moved_share)}}));
  }
  return Value::object({{"definitions_version", Value::string(plan.next.definitions_version())},
                        {"changes", Value::array(std::move(changes))}});
}

}  // namespace converge::cli
