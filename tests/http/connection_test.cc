#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "server/http/client.h"
#include "server/http/server.h"
#include "tests/http/raw_socket.h"

// What a connection makes of clients that do not simply ask and wait.
namespace converge {
namespace {

using std::chrono::milliseconds;
using test::RawSocket;

constexpr milliseconds kPatience{10'000};

HttpServerOptions one_thread() {
  HttpServerOptions options;
  options.io_threads = 1;
  return options;
}

std::unique_ptr<HttpServer> started(const HttpServerOptions& options,
                                    const HttpServer::Handler& handler) {
  auto server = HttpServer::start(options, handler);
  REQUIRE(server.has_value());
  return *std::move(server);
}

void echo(const Request& request, const Reply& reply) {
  reply.send(Response{200, "text/plain", {}, request.path + " " + request.body + "\n"});
}

std::string get(int number) {
  return "GET /" + std::to_string(number) + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("Connection: thousands of pipelined requests are all answered, in order") {
  constexpr int kRequests = 5'000;
  const auto server = started(one_thread(), [](const Request& request, const Reply& reply) {
    // Every third answer comes from another thread, the others before the handler returns.
    if (request.path.back() % 3 != 0) return echo(request, reply);
    std::thread([request, reply] { echo(request, reply); }).detach();
  });
  RawSocket socket(server->port());
  std::string all_requests;
  for (int i = 0; i < kRequests; ++i) all_requests += get(i);
  std::thread sending([&] { socket.send(all_requests); });
  const std::string answers =
      socket.read_until("\r\n\r\n/" + std::to_string(kRequests - 1) + " \n", kPatience);
  sending.join();
  std::size_t at = 0;
  for (int i = 0; i < kRequests; ++i) {
    at = answers.find("\r\n\r\n/" + std::to_string(i) + " \n", at);
    INFO(i);
    REQUIRE(at != std::string::npos);
  }
  CHECK(count_of(answers, "HTTP/1.1 200 OK\r\n") == kRequests);
}

TEST_CASE("Connection: requests may arrive in any pieces") {
  const std::string sent =
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
      "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n" +
      get(3);
  const auto server = started(one_thread(), echo);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, sent.size()}) {
    RawSocket socket(server->port());
    for (std::size_t at = 0; at < sent.size(); at += piece) {
      REQUIRE(socket.send(std::string_view(sent).substr(at, piece)));
    }
    const std::string answers = socket.read_until("/3 \n", kPatience);
    INFO("pieces of " << piece << ": " << answers);
    const std::size_t a = answers.find("\r\n\r\n/a one\n");
    const std::size_t b = answers.find("\r\n\r\n/b two\n");
    REQUIRE(b != std::string::npos);
    CHECK(a < b);
    CHECK(b < answers.find("/3 \n"));
  }
}

TEST_CASE("Connection: a client that finished sending still gets its answer") {
  std::mutex mutex;
  std::optional<Reply> late;
  const auto server = started(one_thread(), [&](const Request& request, const Reply& reply) {
    if (request.path == "/1") return echo(request, reply);
    const std::lock_guard lock(mutex);
    late = reply;
  });
  RawSocket socket(server->port());
  socket.send(get(1) + get(2));
  socket.finish_sending();
  CHECK(socket.read_until("/1 \n", kPatience).find("/1 \n") != std::string::npos);
  std::optional<Reply> reply;
  while (!reply) {
    const std::lock_guard lock(mutex);
    reply = late;
  }
  reply->send(Response{200, "text/plain", {}, "late"});
  CHECK_THAT(socket.read_to_end(kPatience), Catch::EndsWith("late"));
  CHECK(socket.is_closed());
}

TEST_CASE("Connection: a handler may answer the request of another connection") {
  std::optional<Reply> waiting;
  std::atomic<bool> is_waiting{false};
  const auto server = started(one_thread(), [&](const Request& request, const Reply& reply) {
    if (request.path == "/1") {
      waiting = reply;
      is_waiting = true;
    } else {
      waiting->send(Response{200, "text/plain", {}, "from the other"});
      echo(request, reply);
    }
  });
  RawSocket first(server->port());
  first.send(get(1));
  while (!is_waiting) std::this_thread::yield();
  RawSocket second(server->port());
  second.send(get(2));
  CHECK(second.read_until("/2 \n", kPatience).find("/2 \n") != std::string::npos);
  CHECK_THAT(first.read_until("from the other", kPatience), Catch::EndsWith("from the other"));
}

TEST_CASE("Connection: an answer larger than the socket's buffers arrives whole") {
  const std::string large(std::size_t{32} * 1024 * 1024, 'x');
  const auto server = started(one_thread(), [&large](const Request&, const Reply& reply) {
    reply.send(Response{200, "text/plain", {}, large});
  });
  HttpClient client("127.0.0.1", server->port(), kPatience);
  for (int i = 0; i < 2; ++i) {
    const auto whole = client.request("GET", "/", {}, "");
    REQUIRE(whole.has_value());
    CHECK(whole->body == large);
  }
}

TEST_CASE("Connection: who does not take his answer is disconnected, others are served meanwhile") {
  HttpServerOptions options = one_thread();
  options.limits.body_timeout = milliseconds(300);
  const std::string large(std::size_t{32} * 1024 * 1024, 'x');
  const auto server = started(options, [&large](const Request& request, const Reply& reply) {
    request.path == "/large" ? reply.send(Response{200, "text/plain", {}, large})
                             : echo(request, reply);
  });
  RawSocket deaf(server->port());
  deaf.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  HttpClient client("127.0.0.1", server->port(), kPatience);
  const auto small = client.request("GET", "/small", {}, "");
  REQUIRE(small.has_value());
  CHECK(small->body == "/small \n");
  while (server->connections() > 1) std::this_thread::yield();
  CHECK(client.request("GET", "/small", {}, "").has_value());
}

TEST_CASE("Connection: a reset while the answer is awaited frees the connection") {
  std::mutex mutex;
  std::optional<Reply> late;
  const auto server = started(one_thread(), [&](const Request&, const Reply& reply) {
    const std::lock_guard lock(mutex);
    late = reply;
  });
  {
    RawSocket gone(server->port());
    gone.send(get(1));
    while (server->connections() == 0) std::this_thread::yield();
    for (bool has_arrived = false; !has_arrived;) {
      const std::lock_guard lock(mutex);
      has_arrived = late.has_value();
    }
    gone.reset_at_close();
  }
  while (server->connections() > 0) std::this_thread::yield();
  late->send(Response{200, "text/plain", {}, "nobody is there"});
}

}  // namespace
}  // namespace converge
