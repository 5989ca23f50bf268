#include <atomic>
#include <catch2/catch.hpp>

#include "server/http/client.h"
#include "server/http/server.h"
#include "tests/http/patience.h"
#include "tests/http/raw_socket.h"

// Answers that go on: what the HTTP server does with a BodyStream.
namespace converge {
namespace {

using std::chrono::milliseconds;
using test::becomes_true;
using test::kPatience;
using test::RawSocket;

constexpr const char* kGet = "GET /sub HTTP/1.1\r\nHost: x\r\n\r\n";

BodyStream::Part part(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

/// A server whose every answer is the same stream, begun with "first".
struct StreamServer {
  explicit StreamServer(const HttpServerOptions& options) {
    auto started = HttpServer::start(options, [this](const Request&, const Reply& reply) {
      Response response{200, "text/event-stream", {}, "first\n"};
      response.stream = stream;
      reply.send(std::move(response));
    });
    REQUIRE(started.has_value());
    server = *std::move(started);
  }
  std::shared_ptr<BodyStream> stream = std::make_shared<BodyStream>();
  std::unique_ptr<HttpServer> server;
};

TEST_CASE("Streams: head and body come at once, parts as they are written, in order") {
  StreamServer serving{HttpServerOptions{}};
  serving.stream->write(part("waited\n"));
  RawSocket client(serving.server->port());
  client.send(kGet);
  const std::string begun = client.read_until("waited\n", kPatience);
  CHECK_THAT(begun, Catch::StartsWith("HTTP/1.1 200"));
  CHECK_THAT(begun, Catch::Contains("\r\n\r\nfirst\nwaited\n"));
  CHECK(begun.find("Content-Length") == std::string::npos);
  CHECK_THAT(begun, Catch::Contains("Connection: close"));
  serving.stream->write(part("second\n"));
  serving.stream->write(part("third\n"));
  CHECK(client.read_until("third\n", kPatience) == "second\nthird\n");
  CHECK_FALSE(client.is_closed());
}

TEST_CASE("Streams: no timeout of requests ends one") {
  HttpServerOptions options;
  options.limits.idle_timeout = milliseconds(60);
  options.limits.header_timeout = milliseconds(60);
  options.limits.body_timeout = milliseconds(60);
  StreamServer serving{options};
  RawSocket client(serving.server->port());
  client.send(kGet);
  client.read_until("first\n", kPatience);
  // Longer than several sweeps of the loop: nothing comes, and nothing ends.
  CHECK(client.read_until("never", milliseconds(300)).empty());
  CHECK_FALSE(client.is_closed());
  CHECK(serving.stream->is_open());
}

TEST_CASE("Streams: a client that has gone closes its stream") {
  StreamServer serving{HttpServerOptions{}};
  {
    RawSocket client(serving.server->port());
    client.send(kGet);
    client.read_until("first\n", kPatience);
    CHECK(serving.stream->is_open());
  }
  CHECK(becomes_true([&] { return !serving.stream->is_open(); }));
  CHECK(becomes_true([&] { return serving.server->connections() == 0; }));
  serving.stream->write(part("to nobody"));
}

/// More than the sockets between server and client hold.
constexpr int kMegabytes = 32;

TEST_CASE("Streams: who does not take what was written in time is dropped") {
  HttpServerOptions options;
  options.limits.body_timeout = milliseconds(100);
  StreamServer serving{options};
  RawSocket client(serving.server->port());
  client.send(kGet);
  client.read_until("first\n", kPatience);
  serving.stream->write(part(std::string(std::size_t{kMegabytes} * 1'000'000, 'x')));
  CHECK(becomes_true([&] { return !serving.stream->is_open(); }));
  CHECK(becomes_true([&] { return serving.server->connections() == 0; }));
}

TEST_CASE("Streams: who leaves too much unread is dropped, whatever the time") {
  HttpServerOptions options;
  options.limits.body_timeout = kPatience * 10;
  StreamServer serving{options};
  RawSocket client(serving.server->port());
  client.send(kGet);
  client.read_until("first\n", kPatience);
  for (int i = 0; i < kMegabytes; ++i) serving.stream->write(part(std::string(1'000'000, 'x')));
  CHECK(becomes_true([&] { return !serving.stream->is_open(); }));
  CHECK(becomes_true([&] { return serving.server->connections() == 0; }));
}

TEST_CASE("Streams: a slow reader that keeps up gets everything") {
  constexpr std::size_t kBytes = 10'000'000;
  StreamServer serving{HttpServerOptions{}};
  RawSocket client(serving.server->port());
  client.send(kGet);
  client.read_until("first\n", kPatience);
  serving.stream->write(part(std::string(kBytes, 'x') + "end\n"));
  CHECK(client.read_until("end\n", kPatience).size() == kBytes + 4);
  serving.stream->write(part("more\n"));
  CHECK(client.read_until("more\n", kPatience) == "more\n");
}

TEST_CASE("Streams: stopping the server closes them without waiting") {
  StreamServer serving{HttpServerOptions{}};
  RawSocket client(serving.server->port());
  client.send(kGet);
  client.read_until("first\n", kPatience);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(serving.server->stop(kPatience) == 0);
  CHECK(std::chrono::steady_clock::now() - begin < kPatience / 2);
  CHECK_FALSE(serving.stream->is_open());
  CHECK(client.read_to_end(kPatience).empty());
}

TEST_CASE("Streams: beyond the limit 503 is answered, until one ends") {
  HttpServerOptions options;
  options.limits.streams_max = 1;
  auto started = HttpServer::start(options, [](const Request&, const Reply& reply) {
    Response response{200, "text/event-stream", {}, "first\n"};
    response.stream = std::make_shared<BodyStream>();
    reply.send(std::move(response));
  });
  REQUIRE(started.has_value());
  const auto status = [&](RawSocket& client) {
    client.send(kGet);
    return client.read_until("\r\n", kPatience).substr(9, 3);
  };
  {
    RawSocket first((*started)->port());
    CHECK(status(first) == "200");
    RawSocket second((*started)->port());
    CHECK(status(second) == "503");
  }
  CHECK(becomes_true([&] {
    RawSocket third((*started)->port());
    return status(third) == "200";
  }));
}

TEST_CASE("Streams: HEAD gets the head, and nobody is kept waiting for a body") {
  StreamServer serving{HttpServerOptions{}};
  HttpClient client("127.0.0.1", serving.server->port(), kPatience);
  const auto head = client.request("HEAD", "/sub", {}, "");
  REQUIRE(head.has_value());
  CHECK(head->status == 200);
  CHECK_FALSE(serving.stream->is_open());
}

TEST_CASE("Streams: an answer that comes too late closes its stream") {
  std::atomic<bool> has_arrived{false};
  std::optional<Reply> held;
  auto started = HttpServer::start({}, [&](const Request&, const Reply& reply) {
    held = reply;
    has_arrived = true;
  });
  REQUIRE(started.has_value());
  {
    RawSocket client((*started)->port());
    client.reset_at_close();
    client.send(kGet);
    REQUIRE(becomes_true([&] { return has_arrived.load(); }));
  }
  REQUIRE(becomes_true([&] { return (*started)->connections() == 0; }));
  Response response{200, "text/event-stream", {}, ""};
  response.stream = std::make_shared<BodyStream>();
  held->send(response);
  CHECK(becomes_true([&] { return !response.stream->is_open(); }));
}

}  // namespace
}  // namespace converge
