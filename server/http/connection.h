#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "server/http/event_loop.h"
#include "server/http/request_parser.h"
#include "server/http/server.h"

namespace converge {

/// How many connections are open, over all loops. Thread-safe.
class OpenConnections {
 public:
  std::size_t count() const;
  /// One more, and how many that makes; 0 when there are `max` already.
  std::size_t add(std::size_t max);
  void remove();
  /// How many are left when none is or when `limit` has passed.
  std::size_t wait_until_none(std::chrono::milliseconds limit);

 private:
  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;  ///< guarded by mutex_
};

/// What all connections of a server share.
struct Serving {
  HttpServerOptions options;
  HttpServer::Handler handler;
  std::atomic<bool> is_stopping{false};
  OpenConnections connections;
  std::atomic<std::size_t> streams{0};

  Response error_body(int status, std::string_view detail) const;
};

/// One connection: reads a request, has it handled, writes the answer, reads the next. Requests
/// that have arrived together and are answered at once are answered with one write. Belongs to its
/// loop, whose thread makes all calls.
class Connection final : public EventLoop::Watcher,
                         public std::enable_shared_from_this<Connection> {
 public:
  /// Takes over the connected, non-blocking socket; counted in Serving::connections already.
  Connection(int socket, std::shared_ptr<EventLoop> loop, std::shared_ptr<Serving> serving);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void serve();
  void refuse();  ///< says that there are too many, and closes

  void on_ready(Readiness ready) override;
  EventLoop::Moment deadline() const override { return deadline_; }
  void on_deadline() override { close(); }
  void on_drain() override;
  void on_cut() override { close(); }

 private:
  enum class State {
    kIdle,       ///< between two requests
    kReading,    ///< inside a request
    kHandling,   ///< the answer is awaited
    kStreaming,  ///< the answer goes on until one side goes
    kLingering,  ///< answered early: what still comes is thrown away
    kClosed,
  };

  void receive();
  void take_input(std::string_view bytes);
  bool take_request(std::string_view& bytes);
  void await_more(RequestParser::Progress before);
  void dispatch();
  void answer(Response response);
  void begin_stream(Response response);
  void send_part(const std::string& part);
  void end_stream();
  void fail(int status, std::string_view detail);
  bool send_output();
  void go_on();
  void end();
  void discard();
  void want(Interest interest);
  void enter(State state, std::chrono::milliseconds time);
  void attend(Attention attention);
  void close();

  const int socket_;
  const std::shared_ptr<EventLoop> loop_;
  const std::shared_ptr<Serving> serving_;
  RequestParser parser_;
  std::string input_;   ///< received and not yet taken
  std::string output_;  ///< answers; `sent_` bytes of them are on their way
  std::size_t sent_ = 0;
  std::shared_ptr<BodyStream> stream_;  ///< null: none, or ended
  State state_ = State::kIdle;
  Interest interest_ = Interest::kReadable;
  EventLoop::Moment deadline_ = EventLoop::kNever;
  Attention attention_ = Attention::kSwept;
  bool is_dispatching_ = false;  ///< the handler has not returned
  bool is_keep_alive_ = true;
  bool is_head_ = false;
  bool has_unread_input_ = false;
  std::size_t lingered_ = 0;
};

}  // namespace converge
