#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/api/answer.h"
#include "server/api/body.h"
#include "server/api/prepared_texts.h"
#include "server/api/service.h"
#include "server/growthbook/published_features.h"
#include "server/http/message.h"
#include "server/streams/catalog_streams.h"

namespace converge {

enum class Verb { kGet, kPost };
const char* name_of(Verb verb);  ///< "GET"

/// Who may use a route.
enum class Access {
  kOpen,    ///< anyone, without a key
  kClient,  ///< client keys, and secret keys from write on; answered with CORS headers
  kRead,
  kWrite,
  kDecide,
};
const char* name_of(Access access);

/// One request on its way through a handler; valid during the handler's call only.
struct Call {
  const Service& service;
  ServiceCounters& counters;
  const Request& request;
  const Principal& caller;  ///< of open routes: nobody, with an empty name
  const std::string& key;   ///< what stands for the path's parameter, decoded
  PublishedFeatures& features;
  PreparedTexts& texts;
  CatalogStreams& streams;
};

/// Answers through `reply`, now or later, or returns the error that the api answers as a problem.
using Handler = Status (*)(const Call& call, const Reply& reply);

/// Where a handler may run: at once on the thread that reads the sockets, which all its connections
/// wait for, or on a worker's.
enum class Pace { kWorker, kAtOnce };

struct PacedHandler {
  // NOLINTNEXTLINE(google-explicit-constructor): so that a table names the function only
  constexpr PacedHandler(Handler use) : function(use) {}
  constexpr PacedHandler(Handler use, Pace with) : function(use), pace(with) {}
  Handler function;
  Pace pace = Pace::kWorker;
};
/// For handlers that need microseconds and wait for nothing.
constexpr PacedHandler at_once(Handler handler) {
  return {handler, Pace::kAtOnce};
}

struct QueryParameter {
  std::string_view name;
  std::string_view meaning;
};

/// The body that a route reads.
struct RequestBody {
  constexpr RequestBody() = default;  ///< none
  /// A JSON object of these members.
  template <std::size_t kCount>
  // NOLINTNEXTLINE(google-explicit-constructor): so that a table names the members only
  constexpr RequestBody(const BodyMember (&object)[kCount]) : members(object) {}
  /// JSON of a schema of openapi_schemas(), and other content types with commas between them.
  // NOLINTNEXTLINE(google-explicit-constructor): so that a table names the schema only
  constexpr RequestBody(const char* of, std::string_view also = {})
      : schema(of), other_types(also) {}
  std::span<const BodyMember> members{};
  std::string_view schema{};
  std::string_view other_types{};
};

/// What a successful request is answered with.
struct Answer {
  /// JSON of a schema of openapi_schemas().
  // NOLINTNEXTLINE(google-explicit-constructor): so that a table names the schema only
  constexpr Answer(const char* of) : schema(of) {}
  /// The same, with a form of errors of its own instead of the route's for what a handler answers.
  constexpr Answer(const char* of, std::string_view error_schema)
      : schema(of), failure(error_schema) {}
  static constexpr Answer text(std::string_view content_type) {
    Answer answer("");
    answer.other_type = content_type;
    return answer;
  }
  constexpr Answer or_text(std::string_view content_type) const {
    Answer answer = *this;
    answer.other_type = content_type;
    return answer;
  }
  constexpr Answer as(std::string_view json_content_type) const {
    Answer answer = *this;
    answer.json_type = json_content_type;
    return answer;
  }
  std::string_view schema;
  std::string_view json_type = "application/json";
  std::string_view failure{};
  std::string_view other_type{};  ///< of text
};

/// Whether a client that has the answer is told so with 304.
enum class Revalidation { kNone, kEntityTag };

/// What a route does with query parameters and body members that it does not know.
enum class Surplus { kRefused, kIgnored };

/// How much of the path its parameter stands for.
enum class ParameterSpan {
  kSegment,  ///< up to the next slash
  kRest,     ///< everything that follows, slashes and emptiness included
};

/// The part of a path in braces: at most one.
std::string_view path_parameter(std::string_view path);  ///< "{key}", empty without one
/// Whether that part is the client key, which is then the only key that counts.
bool has_key_in_path(std::string_view path);

/// How a route tells an error.
using ErrorForm = Response (*)(int status, std::string_view code, std::string_view detail);

/// A row of the table that serves, checks, documents and tests the routes.
struct Route {
  Verb verb = Verb::kGet;
  std::string_view path;  ///< "/v1/experiments/{key}/results"
  Access access = Access::kDecide;
  PacedHandler handler = nullptr;
  std::string_view summary;
  Answer answer = "";
  RequestBody body{};
  std::span<const QueryParameter> query{};
  std::string_view parameter = "key of the experiment";  ///< what stands in the path's braces
  ErrorForm error = coded_problem;
  ParameterSpan span = ParameterSpan::kSegment;  ///< the same for all routes of a path
  Surplus surplus = Surplus::kRefused;
  Revalidation revalidation = Revalidation::kNone;
};

/// All routes, in the order of the documentation.
std::span<const Route> routes();

// One table per resource.
std::span<const Route> assign_routes();
std::span<const Route> calc_routes();
std::span<const Route> event_routes();
std::span<const Route> explain_routes();
std::span<const Route> experiment_routes();
std::span<const Route> definition_routes();
std::span<const Route> review_routes();
std::span<const Route> operation_routes();
std::span<const Route> sticky_routes();
std::span<const Route> growthbook_routes();
std::span<const Route> ofrep_routes();

}  // namespace converge
