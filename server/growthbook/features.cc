#include <algorithm>

#include "server/growthbook/handlers.h"

namespace converge::growthbook {
namespace {

/// Short enough to see a change soon; an SDK whose server is away goes on with what it has.
constexpr const char* kCacheControl =
    "public, max-age=30, stale-while-revalidate=3600, stale-if-error=36000";

/// Whether an If-None-Match header names the tag: one or a list of them, weak ones too, or "*".
bool names_tag(std::string_view header, std::string_view tag) {
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(','), header.size());
    std::string_view one = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    if (one.substr(0, 2) == "W/") one.remove_prefix(2);
    if (one == tag || one == "*") return true;
  }
  return false;
}

}  // namespace

Status get_features(const Call& call, const Reply& reply) {
  const auto payload = call.features.of(*call.service.engine.catalog());
  if (!payload) return payload.error();
  Response response{200, "application/json", {}, ""};
  response.headers.emplace_back("ETag", (*payload)->etag);
  response.headers.emplace_back("Cache-Control", kCacheControl);
  // SDKs open the stream only then.
  response.headers.emplace_back("X-Sse-Support", "enabled");
  if (names_tag(call.request.header("if-none-match"), (*payload)->etag)) {
    response.status = 304;
    response.content_type.clear();
  } else {
    response.body = (*payload)->json;
  }
  reply.send(std::move(response));
  return {};
}

}  // namespace converge::growthbook
