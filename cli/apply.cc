#include <fstream>
#include <sstream>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/load_definitions.h"
#include "cli/open_store.h"
#include "cli/preview_output.h"
#include "cli/remote.h"
#include "cli/report.h"
#include "engine/codec/catalog_codec.h"
#include "engine/codec/definition.h"
#include "engine/engine.h"

namespace converge::cli {
namespace {

constexpr const char* kActor = "converge apply";

int apply_remotely(const PlanOptions& options, const Definitions& definitions) {
  const auto answer =
      post(options.server, options.key, "/v1/definitions:apply", to_document(definitions));
  if (!answer) return fail(answer.error());
  print(*answer);
  return kGood;
}

int apply_to_store(const PlanOptions& options, const Definitions& definitions) {
  auto store = open_for_writing(options.store);
  if (!store) return fail(store.error());
  const SystemClock clock;
  auto engine = Engine::open(**store, clock, EngineOptions{});
  if (!engine) return fail(engine.error());
  const auto plan = (*engine)->apply(definitions, kActor);
  const Status closed = (*engine)->close();
  if (!plan) {
    say(plan.error().message);
    return kFindings;
  }
  if (!closed) return fail(closed.error());
  print_preview(preview_of(*plan), options.output);
  return kGood;
}

/// Puts an exported catalog into a store that has none, as its first version.
int restore(const ApplyOptions& options) {
  std::ifstream in(options.restore, std::ios::binary);
  if (!in) return fail({Errc::kNotFound, "cannot read " + options.restore});
  std::ostringstream text;
  text << in.rdbuf();
  auto catalog = decode_catalog(text.str());
  if (!catalog) return fail(catalog.error().within(options.restore));
  auto store = open_for_writing(options.plan.store);
  if (!store) return fail(store.error());
  const auto present = (*store)->control().latest();
  if (!present) return fail(present.error());
  if (raw(present->version) != 0) {
    return fail({Errc::kConflict,
                 options.plan.store.path + " has a catalog already; restore needs an empty store"});
  }
  const std::string exported = catalog->definitions_version();
  catalog->version = CatalogVersion{1};
  AuditEntry audit;
  audit.at = SystemClock().now();
  audit.actor = kActor;
  audit.action = "restore";
  audit.before = present->version;
  audit.after = catalog->version;
  audit.detail = "restored from an export of version " + exported;
  if (auto put = (*store)->control().put(present->version, *catalog, {&audit, 1}, std::nullopt);
      !put)
    return fail(put.error());
  say("restored " + std::to_string(catalog->experiments.size()) + " experiments of version " +
      exported);
  return kGood;
}

}  // namespace

int run_apply(const ApplyOptions& options) {
  if (!options.restore.empty()) return restore(options);
  const LoadedDefinitions loaded = load_paths({options.plan.definitions});
  if (report_findings(loaded)) return kFindings;
  if (!options.plan.server.empty()) return apply_remotely(options.plan, loaded.definitions);
  return apply_to_store(options.plan, loaded.definitions);
}

}  // namespace converge::cli
