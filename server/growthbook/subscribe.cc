#include "server/growthbook/handlers.h"
#include "server/streams/event_stream.h"

namespace converge::growthbook {
namespace {

constexpr std::chrono::seconds kRetry{10};

Result<BodyStream::Part> features_event(const FeaturesPayload& payload) {
  return std::make_shared<const std::string>("id: " + payload.definitions_version +
                                             "\nevent: features\ndata: " + payload.json + "\n\n");
}

/// Of all clients that decrypt with the same key, or of those that get plain payloads.
StreamTopic features_topic(PublishedFeatures& features, const std::string& decryption_key) {
  return {"growthbook " + decryption_key,
          [&features, decryption_key](const Catalog& catalog) -> Result<BodyStream::Part> {
            const auto payload = features.of(catalog, decryption_key);
            if (!payload) return payload.error();
            return features_event(**payload);
          }};
}

}  // namespace

// A client that comes back names the last event it saw. One that does not may have fetched its
// features from a cache, so that it is told the present ones at once.
Status subscribe(const Call& call, const Reply& reply) {
  const std::string known(call.request.header("last-event-id"));
  reply.send(event_stream_answer(
      call.streams.open(features_topic(call.features, call.caller.decryption_key), known), kRetry));
  return {};
}

}  // namespace converge::growthbook
