#pragma once

#include "server/api/prepared_texts.h"
#include "server/api/rate_limiter.h"
#include "server/api/service.h"
#include "server/api/worker_pool.h"
#include "server/growthbook/published_features.h"
#include "server/http/server.h"
#include "server/streams/catalog_streams.h"

namespace converge {

/// The HTTP interface: finds the route, checks the key and its limit, runs the handler, answers
/// errors.
/// Thread-safe. Must outlive every request it was given.
class Api {
 public:
  explicit Api(const Service& service)
      : service_(service),
        limiter_(service.keys, service.limits.requests_per_minute),
        streams_(service.engine, StreamRhythm{}) {}

  /// Routes that answer at once run on the caller's thread, the others on a worker's.
  void handle(Request request, Reply reply);
  /// Waits for the requests that still run. To be called when no further one can come, before what
  /// they work on goes.
  void finish();

  /// For HttpServer::start. Refers to this object.
  HttpServer::Handler handler();
  /// For HttpServerOptions::error_response: what the server answers itself looks the same.
  static Response error_response(int status, std::string_view detail);

 private:
  enum class Cors { kNone, kAnyOrigin };
  struct Admitted;
  Reply counted(Reply reply, Cors cors);
  void run(const Admitted& admitted);

  static constexpr int kWorkers = 4;
  Service service_;
  ServiceCounters counters_;
  RateLimiter limiter_;
  PublishedFeatures features_;
  PreparedTexts texts_;
  CatalogStreams streams_;
  WorkerPool workers_{kWorkers};
};

}  // namespace converge
