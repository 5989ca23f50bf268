#include <iostream>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/open_store.h"
#include "cli/report.h"
#include "engine/review/review.h"

namespace converge::cli {

int run_review(const ReviewOptions& options) {
  auto store = open_for_reading(options.store);
  if (!store) return fail(store.error());
  const auto catalog = (*store)->control().latest();
  if (!catalog) return fail(catalog.error());
  const auto zone = TimeZone::find(catalog->definitions.timezone);
  if (!zone) return fail(zone.error());
  const Time now = SystemClock().now();
  const auto week = options.week.empty() ? Result<IsoWeek>(zone->week_of(now)) : parse_iso_week(options.week);
  if (!week) return fail(week.error().within("--week"));
  const auto review =
      collect_review((*store)->control(), *catalog, (*store)->environment(), *zone, *week, now);
  if (!review) return fail(review.error());
  if (options.output == Output::kJson) {
    print(to_document(*review));
  } else {
    std::cout << to_markdown(*review);
  }
  return kGood;
}

}  // namespace converge::cli
