#include "server/api/api.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.h"
#include "engine/codec/definition.h"
#include "server/api/answer.h"
#include "server/api/credentials.h"
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

std::string joined(Segments::const_iterator begin, Segments::const_iterator end) {
  std::string text = *begin;
  while (++begin != end) text.append("/").append(*begin);
  return text;
}

/// The text that stands for the parameter (empty without one), or nullopt when the path is another
/// one.
std::optional<std::string> match(const Route& route, const Segments& segments) {
  const std::string_view pattern = route.path;
  std::string key;
  std::size_t begin = 1;
  for (auto at = segments.begin(); at != segments.end(); ++at) {
    const std::string& segment = *at;
    if (begin > pattern.size()) return std::nullopt;
    const std::size_t end = std::min(pattern.find('/', begin), pattern.size());
    const std::string_view wanted = pattern.substr(begin, end - begin);
    if (!wanted.empty() && wanted == path_parameter(pattern)) {
      if (route.span == ParameterSpan::kRest) return joined(at, segments.end());
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

/// The routes of one path, whatever their verb.
struct Path {
  std::string_view pattern;
  std::vector<const Route*> routes;

  bool is_for_browsers() const {
    return std::any_of(routes.begin(), routes.end(),
                       [](const Route* route) { return route->access == Access::kClient; });
  }
};

const std::vector<Path>& paths() {
  static const std::vector<Path> kAll = [] {
    std::vector<Path> all;
    for (const Route& route : routes()) {
      auto path = std::find_if(all.begin(), all.end(),
                               [&route](const Path& p) { return p.pattern == route.path; });
      if (path == all.end()) path = all.insert(all.end(), Path{route.path, {}});
      path->routes.push_back(&route);
    }
    return all;
  }();
  return kAll;
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

struct Matched {
  const Path* path = nullptr;    ///< null: nothing is there
  const Route* route = nullptr;  ///< null: the path does not serve this verb
  std::string key;
};

const Route* route_for(const Path& path, const std::string& method) {
  const std::string& verb = method == "HEAD" ? "GET" : method;
  const auto found =
      std::find_if(path.routes.begin(), path.routes.end(),
                   [&verb](const Route* route) { return verb == name_of(route->verb); });
  return found == path.routes.end() ? nullptr : *found;
}

Result<Matched> find_route(const Request& request) {
  // Most requests name a path without a parameter, written as the table writes it.
  for (const Path& path : paths()) {
    if (path.pattern == request.path && path_parameter(path.pattern).empty()) {
      return Matched{&path, route_for(path, request.method), {}};
    }
  }
  const Result<Segments> segments = split_path(request.path);
  if (!segments) return segments.error();
  for (const Path& path : paths()) {
    std::optional<std::string> key = match(*path.routes.front(), *segments);
    if (key) return Matched{&path, route_for(path, request.method), *std::move(key)};
  }
  return unknown_path(request, *segments);
}

Status check_query(const Route& route, const Request& request) {
  if (route.surplus == Surplus::kIgnored) return {};
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

std::string allowed_verbs(const Path& path) {
  std::string verbs;
  for (const Route* route : path.routes) {
    verbs += std::string(verbs.empty() ? "" : ", ") + name_of(route->verb);
    if (route->verb == Verb::kGet) verbs += ", HEAD";
  }
  return verbs + (path.is_for_browsers() ? ", OPTIONS" : "");
}

Response refusal(const Route& route, const Error& error) {
  return route.error(http_status(error.code), name_of(error.code), error.message);
}

Response too_many_requests(const Route& route, std::chrono::seconds pause) {
  const std::string seconds = std::to_string(pause.count());
  Response response =
      route.error(429, "too_many_requests",
                  "this key's requests of a minute are used up: try again in " + seconds + " s");
  response.headers.emplace_back("Retry-After", seconds);
  return response;
}

/// Errors and "not modified" too: a page cannot read an answer without it.
void allow_any_origin(Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "ETag, Retry-After, x-sse-support");
}

Response preflight(const Path& path) {
  return Response{
      204,
      "",
      {{"Access-Control-Allow-Methods", allowed_verbs(path)},
       {"Access-Control-Allow-Headers",
        "authorization, content-type, if-none-match, last-event-id, x-api-key, x-client-key"},
       {"Access-Control-Max-Age", "86400"}},
      ""};
}

Response wrong_verb(const Path& path, const Request& request) {
  const std::string verbs = allowed_verbs(path);
  Response response =
      problem(405, request.path + " answers " + verbs + ", not " + request.method, {});
  response.headers.emplace_back("Allow", verbs);
  return response;
}

}  // namespace

/// A request that has found its route and was let in.
struct Api::Admitted {
  Request request;
  const Route* route = nullptr;
  std::string key;
  Principal caller;
  Reply reply;
};

Reply Api::counted(Reply reply, Cors cors) {
  return Reply([this, reply = std::move(reply), cors](Response response) {
    const auto status_class = static_cast<std::size_t>(response.status / 100);
    counters_.answers_by_class[std::min<std::size_t>(status_class, 5)].fetch_add(1);
    if (cors == Cors::kAnyOrigin) allow_any_origin(response);
    reply.send(std::move(response));
  });
}

void Api::handle(Request request, Reply reply) {
  if (service_.assets != nullptr) {
    std::optional<Response> asset = service_.assets->answer(request);
    if (asset) return counted(std::move(reply), Cors::kNone).send(*std::move(asset));
  }
  Result<Matched> found = find_route(request);
  const bool is_for_browsers = found && found->path->is_for_browsers();
  Reply answer = counted(std::move(reply), is_for_browsers ? Cors::kAnyOrigin : Cors::kNone);
  if (!found) return answer.send(problem(found.error()));
  if (found->route == nullptr) {
    const bool is_preflight = request.method == "OPTIONS" && is_for_browsers;
    return answer.send(is_preflight ? preflight(*found->path) : wrong_verb(*found->path, request));
  }
  const Route& route = *found->route;
  Result<Principal> caller =
      authorise(service_.keys, key_of(request, route, found->key), route.access);
  if (!caller) return answer.send(refusal(route, caller.error()));
  const std::chrono::seconds pause = limiter_.pause(caller->name, std::chrono::steady_clock::now());
  if (pause.count() > 0) return answer.send(too_many_requests(route, pause));
  if (const Status query = check_query(route, request); !query) {
    return answer.send(refusal(route, query.error()));
  }
  Admitted admitted{std::move(request), &route, std::move(found->key), *std::move(caller),
                    std::move(answer)};
  if (admitted.route->handler.pace == Pace::kAtOnce) return run(admitted);
  // A connection has one request at a time, so the queue is as long as their number at most.
  workers_.post([this, admitted = std::move(admitted)] { run(admitted); });
}

void Api::run(const Admitted& admitted) try {
  const Request& request = admitted.request;
  const Status handled = admitted.route->handler.function(
      Call{service_, counters_, request, admitted.caller, admitted.key, features_, streams_},
      admitted.reply);
  if (handled) return;
  if (handled.error().code == Errc::kInternal) {
    log::error(request.method + " " + request.path + ": " + handled.error().message);
  }
  admitted.reply.send(refusal(*admitted.route, handled.error()));
} catch (const std::exception& failure) {
  log::error(admitted.request.path + ": " + failure.what());
  admitted.reply.send(Response{500, "", {}, ""});
}

HttpServer::Handler Api::handler() {
  return [this](Request request, Reply reply) { handle(std::move(request), std::move(reply)); };
}

void Api::finish() {
  workers_.finish();
  streams_.stop();
}

Response Api::error_response(int status, std::string_view detail) {
  Response response = problem(status, detail, {});
  // The server does not know whose request it was.
  allow_any_origin(response);
  return response;
}

}  // namespace converge
