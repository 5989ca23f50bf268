#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/http/message.h"

namespace converge {

struct HttpLimits {
  std::size_t body_bytes_max = std::size_t{4} * 1024 * 1024;  ///< beyond it: 413
  std::size_t header_bytes_max = std::size_t{16} * 1024;      ///< beyond it: 431
  std::size_t connections_max = 16'384;                       ///< beyond it: 503
  std::size_t streams_max = 12'288;  ///< of these, with an answer that goes on; beyond it: 503
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(60);    ///< between two requests
  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);  ///< first byte to last
  std::chrono::milliseconds body_timeout = std::chrono::seconds(30);    ///< also for the answer
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";  ///< IPv4, IPv6 or "localhost"
  std::uint16_t port = 0;             ///< 0: any free one
  int io_threads = 0;                 ///< 0: one per usable core, at most four
  HttpLimits limits;
  /// The body of an answer that the server gives itself (400, 408, 413, 431, 500, 503).
  std::function<Response(int status, std::string_view detail)> error_response;
};

/// HTTP/1.1 over TCP: keep-alive, pipelined requests answered in order, one request of a
/// connection at a time. A client slower than a timeout is disconnected; so is one that takes a
/// stream slower than it is written. Thread-safe.
class HttpServer {
 public:
  /// Runs on an I/O thread, where other connections wait for its return: what takes longer than
  /// microseconds belongs on another thread. The answer may come later, from any thread.
  using Handler = std::function<void(Request, Reply)>;

  /// Binds and listens. kConflict when the port is in use, kForbidden when it needs privileges,
  /// kInvalidArgument for an address this machine does not have.
  static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options,
                                                   Handler handler);
  ~HttpServer();  ///< stop without waiting for anyone

  std::uint16_t port() const;
  std::size_t connections() const;

  /// Stops accepting, closes idle connections, lets requests in flight finish until the deadline,
  /// then closes the rest. Returns how many connections had to be cut. Idempotent.
  std::size_t stop(std::chrono::milliseconds deadline);

 private:
  struct Parts;
  explicit HttpServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace converge
