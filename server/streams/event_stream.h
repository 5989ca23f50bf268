#pragma once

#include <chrono>
#include <memory>

#include "server/http/message.h"

namespace converge {

/// The answer that begins an event stream (text/event-stream). `retry` is what a client waits
/// before it comes back after the stream has ended.
Response event_stream_answer(std::shared_ptr<BodyStream> stream, std::chrono::milliseconds retry);

}  // namespace converge
