#include "server/http/client.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>

namespace converge {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace net = boost::asio;
using tcp = boost::asio::ip::tcp;

constexpr std::size_t kAnswerBytesMax = std::size_t{256} * 1024 * 1024;

std::string lower_case(beast::string_view text) {
  std::string out(text.data(), text.size());
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

Response to_response(http::response<http::string_body>&& message) {
  Response response;
  response.status = static_cast<int>(message.result_int());
  response.content_type = std::string(message[http::field::content_type]);
  for (const auto& field : message) {
    response.headers.emplace_back(lower_case(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

/// Asynchronous operations run to their end one by one, because only those obey the timeout.
struct HttpClient::Connection {
  beast::error_code connect(const tcp::endpoint& endpoint) {
    return finish([&](auto done) {
      stream.async_connect(endpoint, [done](const beast::error_code& ec) { done(ec); });
    });
  }

  beast::error_code write(http::request<http::string_body>& message) {
    return finish([&](auto done) {
      http::async_write(stream, message,
                        [done](const beast::error_code& ec, std::size_t) { done(ec); });
    });
  }

  beast::error_code read(http::response_parser<http::string_body>& parser) {
    return finish([&](auto done) {
      http::async_read(stream, buffer, parser,
                       [done](const beast::error_code& ec, std::size_t) { done(ec); });
    });
  }

  template <class Start>
  beast::error_code finish(Start start) {
    beast::error_code result;
    start([&result](const beast::error_code& ec) { result = ec; });
    io.restart();
    io.run();
    return result;
  }

  net::io_context io{1};
  beast::tcp_stream stream{io};
  beast::flat_buffer buffer;
  bool used = false;
};

HttpClient::HttpClient(std::string address, std::uint16_t port, std::chrono::milliseconds timeout)
    : address_(std::move(address)), port_(port), timeout_(timeout) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<Response> HttpClient::request(const std::string& method, const std::string& path_and_query,
                                     const NamedTexts& headers, const std::string& body) try {
  const std::string place = address_ + " port " + std::to_string(port_);
  http::request<http::string_body> message;
  message.version(11);
  message.method_string(method);
  message.target(path_and_query);
  message.set(http::field::host, address_);
  for (const auto& [name, value] : headers) message.set(name, value);
  message.body() = body;
  message.prepare_payload();

  for (;;) {
    if (!connection_) {
      connection_ = std::make_unique<Connection>();
      connection_->stream.expires_after(timeout_);
      const tcp::endpoint endpoint(net::ip::make_address(address_), port_);
      if (const auto ec = connection_->connect(endpoint)) {
        connection_.reset();
        return Error{Errc::kUnavailable, "cannot connect to " + place + ": " + ec.message()};
      }
      connection_->stream.socket().set_option(tcp::no_delay(true));
    }
    connection_->stream.expires_after(timeout_);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kAnswerBytesMax);
    parser.skip(method == "HEAD");
    // A server may answer and close before it has read everything, so its answer is read even
    // when writing failed.
    const beast::error_code written = connection_->write(message);
    const beast::error_code read = connection_->read(parser);
    if (!read) {
      connection_->used = true;
      if (written || !parser.keep_alive()) connection_.reset();
      return to_response(parser.release());
    }
    const bool was_closed_while_idle =
        connection_->used && !parser.got_some() && read != beast::error::timeout;
    connection_.reset();
    if (!was_closed_while_idle) {
      return Error{Errc::kUnavailable, "no answer from " + place + " to " + method + " " +
                                           path_and_query + ": " + read.message()};
    }
  }
} catch (const std::exception& failure) {
  connection_.reset();
  return Error{Errc::kInvalidArgument, std::string("HTTP request: ") + failure.what()};
}

}  // namespace converge
