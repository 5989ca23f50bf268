#include "cli/remote.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "engine/codec/json.h"
#include "server/http/client.h"

namespace converge::cli {
namespace {

constexpr std::chrono::seconds kTimeout{30};

struct ServerAddress {
  std::string address;
  std::uint16_t port = 0;
};

Result<ServerAddress> parse_server(const std::string& server) {
  Error wrong{Errc::kInvalidArgument,
              "--server: expected http://ADDRESS:PORT, got '" + server + "'"};
  constexpr std::string_view kScheme = "http://";
  if (server.rfind(kScheme, 0) != 0) return wrong;
  std::string rest = server.substr(kScheme.size());
  if (!rest.empty() && rest.back() == '/') rest.pop_back();
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string::npos) return wrong;
  ServerAddress parsed{rest.substr(0, colon), 0};
  const char* end = rest.data() + rest.size();
  const auto read = std::from_chars(rest.data() + colon + 1, end, parsed.port);
  if (read.ec != std::errc() || read.ptr != end || parsed.address.empty()) return wrong;
  if (parsed.address == "localhost") parsed.address = "127.0.0.1";
  return parsed;
}

Error answered(const Response& response) {
  const auto problem = parse_json(response.body);
  const Value* detail = problem ? problem->find("detail") : nullptr;
  const std::string* text = detail == nullptr ? nullptr : detail->as_string();
  return {response.status == 409 ? Errc::kConflict : Errc::kUnavailable,
          "the server answered " + std::to_string(response.status) + ": " +
              (text == nullptr ? response.body : *text)};
}

}  // namespace

Result<Value> post(const std::string& server, const std::string& key, const std::string& path,
                   const Value& document) {
  const auto address = parse_server(server);
  if (!address) return address.error();
  HttpClient client(address->address, address->port, kTimeout);
  NamedTexts headers = {{"content-type", "application/json"}};
  if (!key.empty()) headers.emplace_back("authorization", "Bearer " + key);
  const auto response = client.request("POST", path, headers, to_json(document));
  if (!response) return response.error();
  if (response->status != 200) return answered(*response);
  return parse_json(response->body);
}

}  // namespace converge::cli
