#include "cli/commands.h"
#include "cli/open_store.h"
#include "cli/report.h"
#include "engine/codec/catalog_codec.h"

namespace converge::cli {

int run_export(const ExportOptions& options) {
  auto store = open_for_reading(options.store);
  if (!store) return fail(store.error());
  ControlStore& control = (*store)->control();
  const auto catalog =
      options.version == 0 ? control.latest() : control.at(CatalogVersion{options.version});
  if (!catalog) return fail(catalog.error());
  print(catalog_document(*catalog));
  return kGood;
}

}  // namespace converge::cli
