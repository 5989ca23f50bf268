#include "server/api/api.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/log.h"
#include "engine/codec/definition.h"
#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

using Segments = std::vector<std::string>;

Result<Segments> split_path(std::string_view path) {
  Segments segments;
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    Result<std::string> segment = percent_decode(path.substr(begin, end - begin));
    if (!segment) return segment.error().within("path");
    segments.push_back(*std::move(segment));
    begin = end + 1;
  }
  return segments;
}

/// The text that stands for the parameter (empty without one), or nullopt when the path is another
/// one.
std::optional<std::string> match(std::string_view pattern, const Segments& segments) {
  std::string key;
  std::size_t begin = 1;
  for (const std::string& segment : segments) {
    if (begin > pattern.size()) return std::nullopt;
    const std::size_t end = std::min(pattern.find('/', begin), pattern.size());
    const std::string_view wanted = pattern.substr(begin, end - begin);
    if (!wanted.empty() && wanted == path_parameter(pattern)) {
      if (segment.empty()) return std::nullopt;
      key = segment;
    } else if (wanted != segment) {
      return std::nullopt;
    }
    begin = end + 1;
  }
  if (begin <= pattern.size()) return std::nullopt;
  return key;
}

struct Matched {
  const Route* route = nullptr;  ///< null: none serves this path with this verb
  std::string key;
  std::vector<const Route*> same_path;  ///< whatever the verb
};

Matched find_route(const std::string& method, const Segments& segments) {
  Matched found;
  for (const Route& route : routes()) {
    std::optional<std::string> key = match(route.path, segments);
    if (!key) continue;
    found.same_path.push_back(&route);
    found.key = *std::move(key);
    const bool serves_head = method == "HEAD" && route.verb == Verb::kGet;
    if (method == name_of(route.verb) || serves_head) found.route = &route;
  }
  return found;
}

/// Patterns with the path's own text in place of the parameter, so that only real misspellings
/// count.
Error unknown_path(const Request& request, const Segments& segments) {
  std::vector<std::string> known;
  for (const Route& route : routes()) {
    std::string path(route.path);
    const std::string_view name = path_parameter(route.path);
    if (!name.empty()) {
      const std::size_t parameter = route.path.find(name);
      const auto index = static_cast<std::size_t>(
          std::count(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(parameter), '/') - 1);
      if (index < segments.size()) path.replace(parameter, name.size(), segments[index]);
    }
    known.push_back(std::move(path));
  }
  const std::string nearest = nearest_name(request.path, known);
  return {Errc::kNotFound, "there is nothing at " + request.path +
                               (nearest.empty() ? "; /openapi.json lists what there is"
                                                : "; did you mean " + nearest + "?")};
}

struct PresentedKey {
  std::string_view text;
  bool is_secret_allowed = false;  ///< only a header that does not end up in logs and web pages
};

PresentedKey presented_key(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = request.header("authorization");
  if (authorization.substr(0, kBearer.size()) == kBearer) {
    return {authorization.substr(kBearer.size()), true};
  }
  const std::string_view header = request.header("x-client-key");
  if (!header.empty()) return {header, false};
  const std::string* parameter = request.query_value("client_key");
  return {parameter == nullptr ? std::string_view() : std::string_view(*parameter), false};
}

bool is_allowed(KeyRole role, Access access) {
  switch (access) {
    case Access::kOpen:
      return true;
    case Access::kClient:
      return role == KeyRole::kClient || role == KeyRole::kWrite || role == KeyRole::kDecide;
    case Access::kRead:
      return role != KeyRole::kClient;
    case Access::kWrite:
      return role == KeyRole::kWrite || role == KeyRole::kDecide;
    case Access::kDecide:
      return role == KeyRole::kDecide;
  }
  return false;
}

Result<Principal> authorise(const KeyRing& keys, const Request& request, Access access) {
  if (access == Access::kOpen) return Principal{};
  const PresentedKey presented = presented_key(request);
  if (presented.text.empty()) {
    const Principal* anonymous = keys.anonymous();
    if (anonymous != nullptr && is_allowed(anonymous->role, access)) return *anonymous;
    return Error{Errc::kUnauthorized,
                 "a key is needed: Authorization: Bearer KEY" +
                     std::string(access == Access::kClient
                                     ? ", or a client key as X-Client-Key or ?client_key="
                                     : "")};
  }
  const Principal* principal = keys.find(presented.text);
  if (principal == nullptr) return Error{Errc::kUnauthorized, "the key is not known"};
  if (principal->role != KeyRole::kClient && !presented.is_secret_allowed) {
    return Error{Errc::kUnauthorized, "secret keys are accepted as Authorization: Bearer only"};
  }
  if (!is_allowed(principal->role, access)) {
    return Error{Errc::kForbidden, "the key \"" + principal->name + "\" has the role " +
                                       name_of(principal->role) + "; this needs " +
                                       name_of(access)};
  }
  return *principal;
}

Status check_query(const Route& route, const Request& request) {
  for (const auto& [name, value] : request.query) {
    if (route.access == Access::kClient && name == "client_key") continue;
    std::vector<std::string> valid;
    for (const QueryParameter& parameter : route.query) valid.emplace_back(parameter.name);
    if (std::find(valid.begin(), valid.end(), name) == valid.end()) {
      return Error{Errc::kInvalidArgument,
                   "unknown query parameter \"" + name + "\"" + nearest_hint(name, valid)};
    }
  }
  return {};
}

bool is_for_browsers(const Matched& found) {
  return std::any_of(found.same_path.begin(), found.same_path.end(),
                     [](const Route* route) { return route->access == Access::kClient; });
}

std::string allowed_verbs(const Matched& found) {
  std::string verbs;
  for (const Route* route : found.same_path) {
    verbs += std::string(verbs.empty() ? "" : ", ") + name_of(route->verb);
    if (route->verb == Verb::kGet) verbs += ", HEAD";
  }
  return verbs + (is_for_browsers(found) ? ", OPTIONS" : "");
}

Response preflight(const Matched& found) {
  return Response{204,
                  "",
                  {{"Access-Control-Allow-Methods", allowed_verbs(found)},
                   {"Access-Control-Allow-Headers", "authorization, content-type, x-client-key"},
                   {"Access-Control-Max-Age", "86400"}},
                  ""};
}

Response wrong_verb(const Matched& found, const Request& request) {
  const std::string verbs = allowed_verbs(found);
  Response response =
      problem(405, request.path + " answers " + verbs + ", not " + request.method, {});
  response.headers.emplace_back("Allow", verbs);
  return response;
}

}  // namespace

void Api::handle(const Request& request, const Reply& reply) {
  const Result<Segments> segments = split_path(request.path);
  const Matched found = segments ? find_route(request.method, *segments) : Matched{};
  const Reply counted([this, reply, with_cors = is_for_browsers(found)](Response response) {
    const auto status_class = static_cast<std::size_t>(response.status / 100);
    counters_.answers_by_class[std::min<std::size_t>(status_class, 5)].fetch_add(1);
    if (with_cors) response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    reply.send(std::move(response));
  });
  if (!segments) return counted.send(problem(segments.error()));
  if (found.same_path.empty()) return counted.send(problem(unknown_path(request, *segments)));
  if (found.route == nullptr) {
    const bool is_preflight = request.method == "OPTIONS" && is_for_browsers(found);
    return counted.send(is_preflight ? preflight(found) : wrong_verb(found, request));
  }
  const Result<Principal> caller = authorise(service_.keys, request, found.route->access);
  if (!caller) return counted.send(problem(caller.error()));
  Status handled = check_query(*found.route, request);
  if (handled) {
    handled = found.route->handler(Call{service_, counters_, request, *caller, found.key}, counted);
  }
  if (handled) return;
  if (handled.error().code == Errc::kInternal) {
    log::error(request.method + " " + request.path + ": " + handled.error().message);
  }
  counted.send(problem(handled.error()));
}

HttpServer::Handler Api::handler() {
  return [this](const Request& request, const Reply& reply) { handle(request, reply); };
}

Response Api::error_response(int status, std::string_view detail) {
  return problem(status, detail, {});
}

}  // namespace converge
