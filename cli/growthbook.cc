#include <fstream>
#include <iterator>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/load_definitions.h"
#include "cli/open_store.h"
#include "cli/report.h"
#include "engine/codec/json.h"
#include "engine/features/growthbook_payload.h"
#include "engine/growthbook/encrypted_text.h"
#include "engine/promote/apply.h"

namespace converge::cli {
namespace {

/// Payloads of thousands of features with long lists are fine, endless files are not.
constexpr JsonLimits kPayloadLimits{64, std::size_t{64} * 1024 * 1024};

Result<Value> read_payload(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return Error{Errc::kNotFound, path + ": cannot be read as a file"};
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  Result<Value> payload = parse_json(text, kPayloadLimits);
  if (!payload) return payload.error().within(path);
  return payload;
}

/// The catalog of a store, or the one that definitions would make.
Result<Catalog> catalog_of(const ExportGrowthBookOptions& options) {
  if (options.definitions.empty()) {
    auto store = open_for_reading(options.store);
    if (!store) return store.error();
    ControlStore& control = (*store)->control();
    return options.version == 0 ? control.latest() : control.at(CatalogVersion{options.version});
  }
  const LoadedDefinitions loaded = load_paths({options.definitions});
  if (report_findings(loaded)) {
    return Error{Errc::kInvalidArgument, options.definitions + ": has errors"};
  }
  Result<CatalogPlan> plan = plan_definitions(Catalog{}, loaded.definitions, SystemClock().now());
  if (!plan) return plan.error();
  return std::move(plan->next);
}

/// A catalog's content changes with its version; what was only imported keeps its own date.
std::string date_of(const Catalog& catalog, const ExportGrowthBookOptions& options) {
  const Value* written = catalog.definitions.growthbook.find("dateUpdated");
  const bool is_kept =
      !options.definitions.empty() && written != nullptr && written->as_string() != nullptr;
  return is_kept ? *written->as_string() : format_rfc3339(catalog.created_at);
}

}  // namespace

int run_import_growthbook(const ImportGrowthBookOptions& options) {
  Result<Value> payload = read_payload(options.payload);
  if (payload && !options.key.empty()) {
    payload = growthbook::decrypted_payload(*payload, options.key);
  }
  if (!payload) return fail(payload.error());
  const Result<Value> definitions = definitions_of_payload(*payload);
  if (!definitions) return fail(definitions.error().within(options.payload));
  print(*definitions);
  return kGood;
}

int run_export_growthbook(const ExportGrowthBookOptions& options) {
  const Result<Catalog> catalog = catalog_of(options);
  if (!catalog) return fail(catalog.error());
  const Result<Value> payload = growthbook_payload(*catalog, date_of(*catalog, options));
  if (!payload) return fail(payload.error());
  print(*payload);
  return kGood;
}

}  // namespace converge::cli
