#include "server/http/server.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>
#include <vector>

#include "server/http/connection.h"
#include "server/http/event_loop.h"
#include "server/http/listener.h"

namespace converge {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kForcedCloseTime{500};
constexpr int kThreadsMax = 4;

/// Threads beyond the cores that this process may use would only take turns.
int usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

Result<std::vector<std::shared_ptr<EventLoop>>> open_loops(int threads) {
  const int count = threads > 0 ? threads : std::clamp(usable_cores(), 1, kThreadsMax);
  std::vector<std::shared_ptr<EventLoop>> loops;
  for (int i = 0; i < count; ++i) {
    loops.push_back(EventLoop::open());
    if (loops.back() == nullptr) {
      return Error{Errc::kUnavailable, "HTTP server: no file descriptors are left"};
    }
  }
  return loops;
}

}  // namespace

struct HttpServer::Parts {
  std::shared_ptr<Serving> serving;
  std::vector<std::shared_ptr<EventLoop>> loops;
  std::uint16_t port = 0;
  std::atomic<bool> is_stopped{false};
};

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

HttpServer::~HttpServer() {
  stop(milliseconds(0));
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                      Handler handler) {
  try {
    auto parts = std::make_unique<Parts>();
    parts->serving = std::make_shared<Serving>();
    parts->serving->options = options;
    parts->serving->handler = std::move(handler);
    auto loops = open_loops(options.io_threads);
    if (!loops) return loops.error();
    parts->loops = *std::move(loops);
    auto listener = Listener::open(parts->serving, parts->loops);
    if (!listener) return listener.error();
    parts->port = (*listener)->port();
    const auto first = parts->loops.front();
    first->post([first, opened = *listener] { first->watch(opened->socket(), opened); });
    std::unique_ptr<HttpServer> server(new HttpServer(std::move(parts)));
    for (const auto& loop : server->parts_->loops) loop->start();
    return server;
  } catch (const std::exception& failure) {
    return Error{Errc::kUnavailable, std::string("HTTP server: ") + failure.what()};
  }
}

std::uint16_t HttpServer::port() const {
  return parts_->port;
}

std::size_t HttpServer::connections() const {
  return parts_->serving->connections.count();
}

std::size_t HttpServer::stop(milliseconds deadline) {
  if (parts_->is_stopped.exchange(true)) return 0;
  Serving& serving = *parts_->serving;
  serving.is_stopping.store(true);
  const auto tell_all = [this](void (EventLoop::Watcher::*news)()) {
    for (const auto& loop : parts_->loops) loop->post([loop, news] { loop->tell_all(news); });
  };
  tell_all(&EventLoop::Watcher::on_drain);
  const std::size_t cut = serving.connections.wait_until_none(deadline);
  tell_all(&EventLoop::Watcher::on_cut);
  // A stuck handler keeps its connections; joining its thread waits for it.
  serving.connections.wait_until_none(kForcedCloseTime);
  for (const auto& loop : parts_->loops) loop->stop();
  return cut;
}

}  // namespace converge
