#include "server/growthbook/handlers.h"

namespace converge::growthbook {

// A client that comes back names the last event it saw. One that does not may have fetched its
// features from a cache, so that it is told the present ones at once.
Status subscribe(const Call& call, const Reply& reply) {
  Response response{200, "text/event-stream", {{"Cache-Control", "no-cache"}}, "retry: 10000\n\n"};
  response.headers.emplace_back("X-Accel-Buffering",
                                "no");  // a proxy that collects would hold back
  response.stream = call.feature_streams.open(std::string(call.request.header("last-event-id")));
  reply.send(std::move(response));
  return {};
}

}  // namespace converge::growthbook
