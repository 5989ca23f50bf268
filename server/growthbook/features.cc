#include "server/growthbook/handlers.h"
#include "server/http/entity_tag.h"

namespace converge::growthbook {
namespace {

/// Short enough to see a change soon; an SDK whose server is away goes on with what it has.
constexpr const char* kCacheControl =
    "public, max-age=30, stale-while-revalidate=3600, stale-if-error=36000";

}  // namespace

Status get_features(const Call& call, const Reply& reply) {
  if (call.caller.evaluation == FeatureEvaluation::kRemote) {
    return Error{Errc::kInvalidArgument,
                 "this client key is for remote evaluation: the SDK needs remoteEval"};
  }
  const auto payload = call.features.of(*call.service.engine.catalog(), call.caller.decryption_key);
  if (!payload) return payload.error();
  Response response{200, "application/json", {}, ""};
  response.headers.emplace_back("ETag", (*payload)->etag);
  response.headers.emplace_back("Cache-Control", kCacheControl);
  // SDKs open the stream only then.
  response.headers.emplace_back("X-Sse-Support", "enabled");
  if (names_tag(known_tags(call.request), (*payload)->etag)) {
    response.status = 304;
    response.content_type.clear();
  } else {
    response.body = (*payload)->json;
  }
  reply.send(std::move(response));
  return {};
}

}  // namespace converge::growthbook
