#include "server/http/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "base/log.h"

namespace converge {
namespace {

/// How many connections beyond the limit are told so; the rest are only closed.
constexpr std::size_t kRefusalsMax = 64;
constexpr int kAcceptsOfOneTurn = 64;
constexpr std::chrono::milliseconds kAcceptPause{100};

struct Endpoint {
  sockaddr_storage address{};
  socklen_t size = 0;
};

std::optional<Endpoint> endpoint_of(const std::string& address, std::uint16_t port) {
  Endpoint endpoint;
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  const std::string text = address == "localhost" ? "127.0.0.1" : address;
  if (inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    std::memcpy(&endpoint.address, &four, sizeof four);
    endpoint.size = sizeof four;
    return endpoint;
  }
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
    std::memcpy(&endpoint.address, &six, sizeof six);
    endpoint.size = sizeof six;
    return endpoint;
  }
  return std::nullopt;
}

std::uint16_t port_of(int socket) {
  Endpoint endpoint;
  endpoint.size = sizeof endpoint.address;
  auto* address = static_cast<sockaddr*>(static_cast<void*>(&endpoint.address));
  if (getsockname(socket, address, &endpoint.size) != 0) return 0;
  // The port stands at the same place in both families.
  sockaddr_in four{};
  std::memcpy(&four, &endpoint.address, sizeof four);
  return ntohs(four.sin_port);
}

Error listen_error(const HttpServerOptions& options, int cause) {
  const std::string place = options.address + " port " + std::to_string(options.port);
  if (cause == EADDRINUSE) {
    return {Errc::kConflict, place +
                                 " is in use by another program: stop it, or choose another port "
                                 "(0 takes any free one)"};
  }
  if (cause == EACCES) {
    return {Errc::kForbidden, place + ": ports below 1024 need privileges; choose a higher one"};
  }
  return {Errc::kInvalidArgument, "cannot listen on " + place + ": " + std::strerror(cause)};
}

/// 0, or the error of the step that failed.
int bind_and_listen(int socket, const Endpoint& endpoint) {
  const int on = 1;
  const auto* address = static_cast<const sockaddr*>(static_cast<const void*>(&endpoint.address));
  const bool is_listening = setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                            bind(socket, address, endpoint.size) == 0 &&
                            listen(socket, SOMAXCONN) == 0;
  return is_listening ? 0 : errno;
}

}  // namespace

Result<std::shared_ptr<Listener>> Listener::open(std::shared_ptr<Serving> serving,
                                                 std::vector<std::shared_ptr<EventLoop>> loops) {
  const HttpServerOptions& options = serving->options;
  const auto endpoint = endpoint_of(options.address, options.port);
  if (!endpoint) {
    return Error{Errc::kInvalidArgument,
                 "listen address \"" + options.address + "\": an IP address is expected"};
  }
  const int socket =
      ::socket(endpoint->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return listen_error(options, errno);
  if (const int cause = bind_and_listen(socket, *endpoint); cause != 0) {
    ::close(socket);
    return listen_error(options, cause);
  }
  return std::shared_ptr<Listener>(
      new Listener(socket, port_of(socket), std::move(serving), std::move(loops)));
}

Listener::Listener(int socket, std::uint16_t port, std::shared_ptr<Serving> serving,
                   std::vector<std::shared_ptr<EventLoop>> loops)
    : socket_(socket), port_(port), serving_(std::move(serving)), loops_(std::move(loops)) {}

Listener::~Listener() {
  ::close(socket_);
}

void Listener::on_ready(Readiness) {
  for (int i = 0; i < kAcceptsOfOneTurn; ++i) {
    const int accepted = accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted >= 0) {
      admit(accepted);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return pause(errno);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    }  // other errors are those of a connection that is gone already
  }
}

void Listener::admit(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::size_t max = serving_->options.limits.connections_max;
  const std::size_t open = serving_->connections.add(max + kRefusalsMax);
  if (open == 0) {
    ::close(socket);
    return;
  }
  const std::shared_ptr<EventLoop>& loop = loops_[next_++ % loops_.size()];
  const auto connection = std::make_shared<Connection>(socket, loop, serving_);
  loop->post([connection, is_admitted = open <= max] {
    is_admitted ? connection->serve() : connection->refuse();
  });
}

/// Out of file descriptors or memory: trying again at once would only spin.
void Listener::pause(int cause) {
  log::warning(std::string("accepting a connection failed: ") + std::strerror(cause));
  deadline_ = loops_.front()->now() + kAcceptPause;
  loops_.front()->change(socket_, *this, Interest::kNothing);
}

void Listener::on_deadline() {
  deadline_ = EventLoop::kNever;
  loops_.front()->change(socket_, *this, Interest::kReadable);
}

void Listener::on_drain() {
  loops_.front()->unwatch(socket_, *this);
}

}  // namespace converge
