#include "server/growthbook/error_answer.h"
#include "server/growthbook/handlers.h"

namespace converge {
namespace {

constexpr std::string_view kClientKey = "a client key of the key file";

constexpr Route kRoutes[] = {
    {Verb::kGet,
     "/api/features/{clientKey}",
     Access::kClient,
     growthbook::get_features,
     "GrowthBook SDKs: the features of the present catalog, evaluated by the SDK",
     "GrowthBookFeatures",
     {},
     {},
     kClientKey,
     growthbook_failure,
     ParameterSpan::kSegment,
     Surplus::kRefused,
     Revalidation::kEntityTag},
    {Verb::kGet,
     "/sub/{clientKey}",
     Access::kClient,
     growthbook::subscribe,
     "GrowthBook SDKs: an event stream with the features, again at every change",
     Answer::text("text/event-stream"),
     {},
     {},
     kClientKey,
     growthbook_failure},
    {Verb::kPost,
     "/api/eval/{clientKey}",
     Access::kClient,
     growthbook::evaluate,
     "GrowthBook SDKs: the features of one user ({attributes, forcedVariations, forcedFeatures, "
     "url}), evaluated here",
     "RemoteFeatures",
     "RemoteQuestion",
     {},
     kClientKey,
     growthbook_failure},
    {Verb::kPost,
     "/track",
     Access::kClient,
     growthbook::track,
     "GrowthBook SDKs: logs what tracking plugins send, an array of exposures and events",
     "TrackReceipt",
     {"Tracked", "text/plain"},
     {},
     {},
     growthbook_failure},
};

}  // namespace

std::span<const Route> growthbook_routes() {
  return kRoutes;
}

}  // namespace converge
