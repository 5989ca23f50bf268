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

/// Of clients that are evaluated for: they ask again.
StreamTopic updates_topic() {
  return {"growthbook updates", [](const Catalog& catalog) -> Result<BodyStream::Part> {
            return std::make_shared<const std::string>("id: " + catalog.definitions_version() +
                                                       "\nevent: features-updated\ndata: \n\n");
          }};
}

}  // namespace

// A client that comes back names the last event it saw. One that does not may have fetched its
// features from a cache, so that it is told the present ones at once.
Status subscribe(const Call& call, const Reply& reply) {
  const std::string known(call.request.header("last-event-id"));
  const StreamTopic topic = call.caller.evaluation == FeatureEvaluation::kRemote
                                ? updates_topic()
                                : features_topic(call.features, call.caller.decryption_key);
  reply.send(event_stream_answer(call.streams.open(topic, known), kRetry));
  return {};
}

}  // namespace converge::growthbook
