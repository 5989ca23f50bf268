#include "base/clock.h"
#include "cli/commands.h"
#include "cli/load_definitions.h"
#include "cli/open_store.h"
#include "cli/plan_text.h"
#include "cli/remote.h"
#include "cli/report.h"
#include "engine/codec/definition.h"

namespace converge::cli {
namespace {

/// The newest catalog of the file; the empty one when there is no file yet.
Result<Catalog> present_catalog(const StoreOptions& options) {
  auto store = open_for_reading(options);
  if (!store && store.error().code == Errc::kNotFound) return Catalog{};
  if (!store) return store.error();
  return (*store)->control().latest();
}

int plan_remotely(const PlanOptions& options, const Definitions& definitions) {
  const auto answer =
      post(options.server, options.key, "/v1/definitions:plan", to_document(definitions));
  if (!answer) return fail(answer.error());
  print(*answer);
  const Value* changes = answer->find("changes");
  return changes != nullptr && changes->as_array() != nullptr && !changes->as_array()->empty()
             ? kFindings
             : kGood;
}

}  // namespace

int run_plan(const PlanOptions& options) {
  const LoadedDefinitions loaded = load_paths({options.definitions});
  if (report_findings(loaded)) return kFindings;
  if (!options.server.empty()) return plan_remotely(options, loaded.definitions);
  const auto catalog = present_catalog(options.store);
  if (!catalog) return fail(catalog.error());
  const auto plan = plan_definitions(*catalog, loaded.definitions, SystemClock().now());
  if (!plan) {
    say(plan.error().message);
    return kFindings;
  }
  if (options.output == Output::kJson) {
    print(changes_document(*plan));
  } else {
    print_changes(*plan);
  }
  return plan->changes.empty() ? kGood : kFindings;
}

}  // namespace converge::cli
