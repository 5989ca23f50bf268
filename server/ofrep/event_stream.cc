#include "server/ofrep/event_stream.h"

#include <algorithm>
#include <chrono>

#include "engine/codec/json.h"
#include "server/api/credentials.h"
#include "server/streams/event_stream.h"

namespace converge {
namespace {

constexpr std::chrono::seconds kRetry{2};
/// A page that was hidden for so long closes its stream.
constexpr std::string_view kInactivityDelay = "120";
constexpr std::size_t kPrefixBytesMax = 256;

/// The part of our addresses that a proxy takes away, as it says: the client knows the origin only.
/// Empty when it says none, or what cannot begin a path ("//host" would name another server).
std::string_view path_prefix(const Request& request) {
  std::string_view prefix = request.header("x-forwarded-prefix");
  while (!prefix.empty() && prefix.back() == '/') prefix.remove_suffix(1);
  const auto is_of_path = [](char c) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_word || std::string_view("/-._~%").find(c) != std::string_view::npos;
  };
  const bool is_path = prefix.size() > 1 && prefix.size() <= kPrefixBytesMax && prefix[0] == '/' &&
                       prefix[1] != '/' && std::all_of(prefix.begin(), prefix.end(), is_of_path);
  return is_path ? prefix : std::string_view();
}

Result<BodyStream::Part> refetch_event(const Catalog& catalog) {
  using std::chrono::seconds;
  const auto modified =
      std::chrono::duration_cast<seconds>(catalog.created_at.time_since_epoch()).count();
  const std::string version = catalog.definitions_version();
  return std::make_shared<const std::string>("id: " + version + R"(
data: {"type":"refetchEvaluation","etag":")" +
                                             version + R"(","lastModified":)" +
                                             std::to_string(modified) + "}\n\n");
}

}  // namespace

std::string event_streams_member(const Call& call, std::string_view definitions_version) {
  if (call.caller.role != KeyRole::kClient) return {};
  std::string uri(path_prefix(call.request));
  uri.append(kStreamPath).append("?client_key=").append(percent_encode(key_of(call.request).text));
  uri.append("&since=").append(percent_encode(definitions_version));
  std::string json = R"(,"eventStreams":[{"type":"sse","endpoint":{"requestUri":)";
  append_json_text(json, uri);
  return json.append(R"(},"inactivityDelaySec":)").append(kInactivityDelay).append("}]");
}

// A client that comes back names the last event it saw, one that comes first the version of the
// evaluation that it has: nothing is lost between the evaluation and the stream.
Status stream_changes(const Call& call, const Reply& reply) {
  const std::string_view seen = call.request.header("last-event-id");
  const std::string* since = call.request.query_value("since");
  const std::string known = seen.empty() && since != nullptr ? *since : std::string(seen);
  reply.send(event_stream_answer(call.streams.open({"ofrep", refetch_event}, known), kRetry));
  return {};
}

}  // namespace converge
