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
#include "server/api/path.h"
#include "server/api/route.h"

namespace converge {
namespace {

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
  Result<FoundPath> found = find_path(request);
  const bool is_for_browsers = found && found->path->is_for_browsers();
  Reply answer = counted(std::move(reply), is_for_browsers ? Cors::kAnyOrigin : Cors::kNone);
  if (!found) return answer.send(problem(found.error()));
  const Route* asked = found->path->route_for(request.method);
  if (asked == nullptr) {
    const bool is_preflight = request.method == "OPTIONS" && is_for_browsers;
    return answer.send(is_preflight ? preflight(*found->path) : wrong_verb(*found->path, request));
  }
  const Route& route = *asked;
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
  const Status handled =
      admitted.route->handler.function(Call{service_, counters_, request, admitted.caller,
                                            admitted.key, features_, texts_, streams_},
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
