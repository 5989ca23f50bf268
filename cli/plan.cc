#include "base/clock.h"
#include "cli/commands.h"
#include "cli/load_definitions.h"
#include "cli/open_store.h"
#include "cli/preview_output.h"
#include "cli/remote.h"
#include "cli/report.h"
#include "engine/codec/definition.h"

namespace converge::cli {
namespace {

/// Against the store, whose traffic is replayed; against the empty catalog when there is none yet.
Result<Preview> preview(const StoreOptions& options, const Definitions& definitions) {
  auto store = open_for_reading(options);
  const bool is_new = !store && store.error().code == Errc::kNotFound;
  if (!store && !is_new) return store.error();
  const Result<Catalog> present =
      is_new ? Result<Catalog>(Catalog{}) : (*store)->control().latest();
  if (!present) return present.error();
  Result<CatalogPlan> plan = plan_definitions(*present, definitions, SystemClock().now());
  if (!plan) return plan.error();
  if (is_new) return preview_of(*std::move(plan));
  return preview_of(*present, *std::move(plan), (*store)->events(), ReplayLimits{});
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
  const auto seen = preview(options.store, loaded.definitions);
  if (!seen) {
    const Errc code = seen.error().code;
    if (code != Errc::kConflict && code != Errc::kInvalidArgument) return fail(seen.error());
    say(seen.error().message);
    return kFindings;
  }
  print_preview(*seen, options.output);
  return seen->plan.changes.empty() ? kGood : kFindings;
}

}  // namespace converge::cli
