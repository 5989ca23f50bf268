#include <iostream>
#include <optional>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/open_store.h"
#include "cli/report.h"
#include "engine/review/review.h"

namespace converge::cli {

int run_review(const ReviewOptions& options) {
  std::optional<IsoWeek> asked;
  if (!options.week.empty()) {
    const auto parsed = parse_iso_week(options.week);
    if (!parsed) return fail(parsed.error().within("--week"));
    asked = *parsed;
  }
  auto store = open_for_reading(options.store);
  if (!store) return fail(store.error());
  const auto catalog = (*store)->control().latest();
  if (!catalog) return fail(catalog.error());
  const auto zone = TimeZone::find(catalog->definitions.timezone);
  if (!zone) return fail(zone.error());
  const Time now = SystemClock().now();
  const auto review = collect_review((*store)->control(), *catalog, (*store)->environment(), *zone,
                                     asked.value_or(zone->week_of(now)), now);
  if (!review) return fail(review.error());
  if (options.output == Output::kJson) {
    print(to_document(*review));
  } else {
    std::cout << to_markdown(*review);
  }
  return kGood;
}

}  // namespace converge::cli
