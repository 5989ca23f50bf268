#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "server/http/client.h"
#include "server/http/server.h"
#include "tests/http/raw_socket.h"

// The HTTP server by itself, with handlers made for the occasion.
namespace converge {
namespace {

using std::chrono::milliseconds;
using test::RawSocket;

constexpr milliseconds kPatience{10'000};

Response text(const std::string& body) {
  return Response{200, "text/plain", {}, body};
}

void echo(const Request& request, const Reply& reply) {
  reply.send(text(request.method + " " + request.path + " " + request.body));
}

std::unique_ptr<HttpServer> started(const HttpServerOptions& options,
                                    const HttpServer::Handler& handler) {
  auto server = HttpServer::start(options, handler);
  REQUIRE(server.has_value());
  return *std::move(server);
}

HttpClient client_of(const HttpServer& server) {
  return HttpClient("127.0.0.1", server.port(), kPatience);
}

/// Holds requests back until the test lets them go, as a slow disk would.
class HeldReplies {
 public:
  HttpServer::Handler handler() {
    return [this](const Request& request, const Reply& reply) {
      const std::lock_guard lock(mutex_);
      held_.emplace_back(request, reply);
      arrived_.notify_all();
    };
  }
  std::pair<Request, Reply> take() {
    std::unique_lock lock(mutex_);
    REQUIRE(arrived_.wait_for(lock, kPatience, [this] { return !held_.empty(); }));
    auto first = std::move(held_.front());
    held_.pop_front();
    return first;
  }
  bool is_empty() {
    const std::lock_guard lock(mutex_);
    return held_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<Request, Reply>> held_;
};

TEST_CASE("HTTP: method, path, query, headers and body arrive; the answer comes back") {
  Request seen;
  const auto server = started({}, [&seen](const Request& request, const Reply& reply) {
    seen = request;
    reply.send(Response{404, "text/x", {{"X-Thing", "yes"}}, "not here"});
  });
  auto client = client_of(*server);
  const auto answer =
      client.request("POST", "/a%2Fb?x=1&y=a%20b+c", {{"X-Mixed-Case", "V"}}, "body");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 404);
  CHECK(answer->content_type == "text/x");
  CHECK(answer->header("x-thing") == "yes");
  CHECK(answer->body == "not here");
  CHECK(seen.method == "POST");
  CHECK(seen.path == "/a%2Fb");
  CHECK(seen.query == NamedTexts{{"x", "1"}, {"y", "a b c"}});
  CHECK(seen.header("x-mixed-case") == "V");
  CHECK(seen.body == "body");
}

TEST_CASE("HTTP: one connection serves many requests") {
  const auto server = started({}, echo);
  auto client = client_of(*server);
  for (int i = 0; i < 50; ++i) {
    const auto answer = client.request("POST", "/" + std::to_string(i), {}, "b");
    REQUIRE(answer.has_value());
    REQUIRE(answer->body == "POST /" + std::to_string(i) + " b");
  }
  CHECK(server->connections() == 1);
}

TEST_CASE("HTTP: pipelined requests are answered in the order sent, however the replies come") {
  HeldReplies held;
  const auto server = started({}, held.handler());
  RawSocket socket(server->port());
  socket.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  // The second request waits for the first answer, so that no reply can overtake.
  const auto [first, first_reply] = held.take();
  CHECK(first.path == "/1");
  CHECK(held.is_empty());
  std::thread([reply = first_reply] { reply.send(text("answer one")); }).join();
  const auto [second, second_reply] = held.take();
  CHECK(second.path == "/2");
  second_reply.send(text("answer two"));
  const std::string all = socket.read_until("answer two", kPatience);
  CHECK(all.find("answer one") < all.find("answer two"));
  CHECK(all.find("answer two") != std::string::npos);
}

TEST_CASE("HTTP: a body beyond the limit is answered with 413, announced or not") {
  HttpServerOptions options;
  options.limits.body_bytes_max = std::size_t{1024} * 1024;
  int handled = 0;
  const auto server = started(options, [&handled](const Request&, const Reply& reply) {
    ++handled;
    reply.send(text(""));
  });
  const std::string large(std::size_t{10} * 1024 * 1024, 'x');
  auto client = client_of(*server);
  const auto announced = client.request("POST", "/", {}, large);
  REQUIRE(announced.has_value());
  CHECK(announced->status == 413);

  RawSocket socket(server->port());
  socket.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n");
  socket.send(std::string_view(large).substr(0, 0x200000));
  const std::string chunked = socket.read_until("\r\n\r\n", kPatience);
  CHECK(chunked.substr(0, 12) == "HTTP/1.1 413");
  CHECK(handled == 0);

  const auto small = client.request("POST", "/", {}, std::string(std::size_t{1024} * 1024, 'x'));
  REQUIRE(small.has_value());
  CHECK(small->status == 200);
}

TEST_CASE("HTTP: headers beyond the limit are answered with 431, what is no HTTP with 400") {
  const auto server = started({}, echo);
  RawSocket large(server->port());
  large.send("GET / HTTP/1.1\r\nX: " + std::string(std::size_t{64} * 1024, 'a') + "\r\n\r\n");
  CHECK(large.read_to_end(kPatience).substr(0, 12) == "HTTP/1.1 431");
  for (const char* nonsense :
       {"HELLO\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"}) {
    RawSocket socket(server->port());
    socket.send(nonsense);
    const std::string answer = socket.read_until("\r\n\r\n", kPatience);
    INFO(nonsense << " -> " << answer);
    // A path is decoded by the routes, so its bad escape is theirs to refuse.
    const bool is_path = std::string_view(nonsense).find("/%zz") != std::string_view::npos;
    CHECK(answer.substr(0, 12) == (is_path ? "HTTP/1.1 200" : "HTTP/1.1 400"));
  }
}

TEST_CASE("HTTP: 100-continue is sent before the body, HEAD has no body") {
  const auto server = started({}, echo);
  RawSocket socket(server->port());
  socket.send("POST /c HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  CHECK(socket.read_until("\r\n\r\n", kPatience) == "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("ok");
  CHECK(socket.read_until("POST /c ok", kPatience).find("POST /c ok") != std::string::npos);
  auto client = client_of(*server);
  const auto head = client.request("HEAD", "/h", {}, "");
  REQUIRE(head.has_value());
  CHECK(head->body.empty());
  CHECK(head->header("content-length") == "8");
}

TEST_CASE("HTTP: slow clients are disconnected and disturb nobody") {
  HttpServerOptions options;
  options.limits.idle_timeout = milliseconds(200);
  options.limits.header_timeout = milliseconds(200);
  options.limits.body_timeout = milliseconds(200);
  const auto server = started(options, echo);
  RawSocket silent(server->port());
  RawSocket half_header(server->port());
  half_header.send("GET / HTTP/1.1\r\nHo");
  RawSocket half_body(server->port());
  half_body.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n123");
  auto client = client_of(*server);
  const auto answer = client.request("GET", "/", {}, "");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  for (RawSocket* slow : {&silent, &half_header, &half_body}) {
    CHECK(slow->read_to_end(kPatience).empty());
    CHECK(slow->is_closed());
  }
}

TEST_CASE("HTTP: connections beyond the limit are answered with 503") {
  HttpServerOptions options;
  options.limits.connections_max = 2;
  const auto server = started(options, echo);
  auto first = client_of(*server);
  auto second = client_of(*server);
  REQUIRE(first.request("GET", "/", {}, "").has_value());
  REQUIRE(second.request("GET", "/", {}, "").has_value());
  RawSocket third(server->port());
  CHECK(third.read_to_end(kPatience).substr(0, 12) == "HTTP/1.1 503");
  const auto still = first.request("GET", "/", {}, "");
  REQUIRE(still.has_value());
  CHECK(still->status == 200);
}

TEST_CASE("HTTP: a port in use is a clear error, a nonsense address too") {
  const auto server = started({}, echo);
  HttpServerOptions options;
  options.port = server->port();
  const auto second = HttpServer::start(options, echo);
  REQUIRE(!second.has_value());
  CHECK(second.error().code == Errc::kConflict);
  CHECK_THAT(second.error().message,
             Catch::Contains("127.0.0.1 port " + std::to_string(server->port()) + " is in use"));
  options.address = "not-an-address";
  const auto third = HttpServer::start(options, echo);
  REQUIRE(!third.has_value());
  CHECK(third.error().code == Errc::kInvalidArgument);
}

TEST_CASE("HTTP: a handler that throws or forgets its reply answers 500") {
  const auto server = started({}, [](const Request& request, const Reply&) {
    if (request.path == "/throw") throw std::runtime_error("boom");
  });
  auto client = client_of(*server);
  for (const char* path : {"/throw", "/forget"}) {
    const auto answer = client.request("GET", path, {}, "");
    REQUIRE(answer.has_value());
    CHECK(answer->status == 500);
    CHECK_THAT(answer->body, !Catch::Contains("boom"));
  }
}

TEST_CASE("HTTP: only the first answer of a request counts") {
  const auto server = started({}, [](const Request&, const Reply& reply) {
    reply.send(text("first"));
    reply.send(text("second"));
  });
  auto client = client_of(*server);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.request("GET", "/", {}, "");
    REQUIRE(answer.has_value());
    CHECK(answer->body == "first");
  }
}

TEST_CASE("HTTP: a stop lets the request in flight finish and closes idle connections") {
  HeldReplies held;
  const auto server = started({}, held.handler());
  RawSocket idle(server->port());
  RawSocket busy(server->port());
  busy.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto in_flight = held.take();
  std::size_t cut = 99;
  std::thread stopping([&] { cut = server->stop(kPatience); });
  CHECK(idle.read_to_end(kPatience).empty());
  CHECK(idle.is_closed());
  in_flight.second.send(text("finished"));
  const std::string answer = busy.read_to_end(kPatience);
  stopping.join();
  CHECK(cut == 0);
  CHECK_THAT(answer, Catch::Contains("finished"));
  CHECK_THAT(answer, Catch::Contains("Connection: close"));
  CHECK(busy.is_closed());
  CHECK_THROWS(RawSocket(server->port()));
}

TEST_CASE("HTTP: a stop cuts what is not finished at the deadline; its late reply does no harm") {
  HeldReplies held;
  auto server = started({}, held.handler());
  RawSocket busy(server->port());
  busy.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
  auto in_flight = held.take();
  CHECK(server->stop(milliseconds(50)) == 1);
  CHECK(busy.read_to_end(kPatience).empty());
  server.reset();
  in_flight.second.send(text("too late"));
}

TEST_CASE("HTTP: the client connects again after the server closed an idle connection") {
  HttpServerOptions options;
  options.limits.idle_timeout = milliseconds(100);
  const auto server = started(options, echo);
  auto client = client_of(*server);
  REQUIRE(client.request("GET", "/1", {}, "").has_value());
  while (server->connections() > 0) std::this_thread::yield();
  const auto again = client.request("GET", "/2", {}, "");
  REQUIRE(again.has_value());
  CHECK(again->body == "GET /2 ");
}

TEST_CASE("HTTP: the client says so when nobody listens or no answer comes in time") {
  std::uint16_t free_port = 0;
  { free_port = started({}, echo)->port(); }
  HttpClient nobody("127.0.0.1", free_port, kPatience);
  const auto refused = nobody.request("GET", "/", {}, "");
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code == Errc::kUnavailable);

  HeldReplies held;
  const auto server = started({}, held.handler());
  HttpClient hasty("127.0.0.1", server->port(), milliseconds(100));
  const auto late = hasty.request("GET", "/", {}, "");
  REQUIRE(!late.has_value());
  CHECK(late.error().code == Errc::kUnavailable);
}

}  // namespace
}  // namespace converge
