#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "server/http/message.h"

namespace converge {

/// A small blocking client over one keep-alive connection, for the demo and for tests. Connects at
/// the first request and again when the server closed the connection. Not thread-safe.
class HttpClient {
 public:
  /// `address` is an IP address. `timeout` is for one whole request.
  HttpClient(std::string address, std::uint16_t port, std::chrono::milliseconds timeout);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  /// Headers of the answer have lower-case names. kUnavailable when no answer came in time. A
  /// request on a reused connection that the server had closed meanwhile is sent once more.
  Result<Response> request(const std::string& method, const std::string& path_and_query,
                           const NamedTexts& headers, const std::string& body);

 private:
  struct Connection;
  std::string address_;
  std::uint16_t port_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace converge
