#include "server/streams/event_stream.h"

#include <utility>

namespace converge {

Response event_stream_answer(std::shared_ptr<BodyStream> stream, std::chrono::milliseconds retry) {
  Response response{200,
                    "text/event-stream",
                    // A proxy that collects would hold events back.
                    {{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}},
                    "retry: " + std::to_string(retry.count()) + "\n\n"};
  response.stream = std::move(stream);
  return response;
}

}  // namespace converge
