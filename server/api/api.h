#pragma once

#include "server/api/service.h"
#include "server/http/server.h"

namespace converge {

/// The HTTP interface: finds the route, checks the key, runs the handler, answers errors.
/// Thread-safe. Must outlive every request it was given.
class Api {
 public:
  explicit Api(const Service& service) : service_(service) {}

  void handle(const Request& request, const Reply& reply);

  /// For HttpServer::start. Refers to this object.
  HttpServer::Handler handler();
  /// For HttpServerOptions::error_response: what the server answers itself looks the same.
  static Response error_response(int status, std::string_view detail);

 private:
  Service service_;
  ServiceCounters counters_;
};

}  // namespace converge
