#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "server/http/connection.h"
#include "server/http/event_loop.h"

namespace converge {

/// The listening socket. Watched by one loop; deals the connections to all of them in turn.
class Listener final : public EventLoop::Watcher {
 public:
  /// Binds and listens; errors as HttpServer::start.
  static Result<std::shared_ptr<Listener>> open(std::shared_ptr<Serving> serving,
                                                std::vector<std::shared_ptr<EventLoop>> loops);
  ~Listener() override;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::uint16_t port() const { return port_; }
  int socket() const { return socket_; }

  void on_ready(Readiness ready) override;
  EventLoop::Moment deadline() const override { return deadline_; }
  void on_deadline() override;
  void on_drain() override;
  void on_cut() override { on_drain(); }

 private:
  Listener(int socket, std::uint16_t port, std::shared_ptr<Serving> serving,
           std::vector<std::shared_ptr<EventLoop>> loops);
  void admit(int socket);
  void pause(int cause);

  const int socket_;
  const std::uint16_t port_;
  const std::shared_ptr<Serving> serving_;
  const std::vector<std::shared_ptr<EventLoop>> loops_;  ///< the first is this watcher's own
  std::size_t next_ = 0;
  EventLoop::Moment deadline_ = EventLoop::kNever;
};

}  // namespace converge
