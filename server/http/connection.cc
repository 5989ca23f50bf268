#include "server/http/connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <utility>

#include "base/log.h"
#include "server/http/answer_head.h"

namespace converge {
namespace {

using std::chrono::milliseconds;

/// What is still read, and thrown away, after an early answer: closing at once would reset the
/// connection and lose the answer.
constexpr std::size_t kLingerBytesMax = std::size_t{64} * 1024 * 1024;
constexpr milliseconds kLingerTime{2'000};
/// Answers to pipelined requests gather up to here before they are sent.
constexpr std::size_t kGatherBytesMax = std::size_t{256} * 1024;
/// What a client may leave unread of a stream when a further part comes.
constexpr std::size_t kUnreadBytesMax = std::size_t{4} * 1024 * 1024;
/// What a connection keeps of its buffers between two requests.
constexpr std::size_t kKeptBytesMax = std::size_t{16} * 1024;

bool is_not_yet(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/// Empties a buffer, and gives its memory back when it has grown large.
void empty(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBytesMax) buffer.shrink_to_fit();
}

}  // namespace

std::size_t OpenConnections::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

std::size_t OpenConnections::add(std::size_t max) {
  const std::lock_guard lock(mutex_);
  return count_ >= max ? 0 : ++count_;
}

void OpenConnections::remove() {
  const std::lock_guard lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

std::size_t OpenConnections::wait_until_none(milliseconds limit) {
  std::unique_lock lock(mutex_);
  none_.wait_for(lock, limit, [this] { return count_ == 0; });
  return count_;
}

Response Serving::error_body(int status, std::string_view detail) const {
  if (options.error_response) return options.error_response(status, detail);
  return Response{status, "text/plain; charset=utf-8", {}, std::string(detail)};
}

Connection::Connection(int socket, std::shared_ptr<EventLoop> loop,
                       std::shared_ptr<Serving> serving)
    : socket_(socket),
      loop_(std::move(loop)),
      serving_(std::move(serving)),
      parser_(serving_->options.limits) {}

Connection::~Connection() {
  end_stream();
  ::close(socket_);
  serving_->connections.remove();
}

void Connection::serve() {
  if (!loop_->watch(socket_, shared_from_this())) return close();
  go_on();
}

void Connection::refuse() {
  if (!loop_->watch(socket_, shared_from_this())) return close();
  fail(503, "too many connections are open");
  if (send_output()) go_on();
}

void Connection::on_drain() {
  if (state_ == State::kStreaming || (state_ == State::kIdle && output_.empty())) close();
}

void Connection::on_ready(Readiness ready) {
  if (interest_ == Interest::kWritable) {
    if (ready.broken) return close();
    if (send_output()) go_on();
    return;
  }
  switch (state_) {
    case State::kIdle:
    case State::kReading:
      return receive();
    case State::kHandling:
      if (ready.broken) return close();
      return want(Interest::kNothing);  // what the client sends meanwhile waits in the socket
    case State::kStreaming:             // a client that has gone shows here
    case State::kLingering:
      return discard();
    case State::kClosed:
      return;
  }
}

void Connection::receive() {
  const std::span<char> room = loop_->scratch();
  const ssize_t size = recv(socket_, room.data(), room.size(), 0);
  if (size < 0 && is_not_yet(errno)) return;
  if (size <= 0) return close();
  const std::string_view received(room.data(), static_cast<std::size_t>(size));
  if (input_.empty()) return take_input(received);
  const std::string all = std::exchange(input_, {}).append(received);
  take_input(all);
}

/// Takes requests out of what has arrived until one has to wait for its answer or for more bytes.
void Connection::take_input(std::string_view bytes) {
  while (take_request(bytes) && (output_.size() < kGatherBytesMax || send_output())) {
  }
  input_.assign(bytes);
  if (send_output() && !is_keep_alive_ && state_ == State::kIdle) end();
}

/// Whether another request may be taken.
bool Connection::take_request(std::string_view& bytes) {
  const RequestParser::Progress before = parser_.progress();
  bytes.remove_prefix(parser_.put(bytes));
  switch (parser_.progress()) {
    case RequestParser::Progress::kFailed:
      has_unread_input_ = true;
      fail(parser_.failure().status, parser_.failure().detail);
      return false;
    case RequestParser::Progress::kComplete:
      dispatch();
      return state_ == State::kIdle && is_keep_alive_ && !bytes.empty();
    case RequestParser::Progress::kNothing:
    case RequestParser::Progress::kHeader:
    case RequestParser::Progress::kBody:
      await_more(before);
      return false;
  }
  return false;
}

/// Each part of a request has its time from its first byte on.
void Connection::await_more(RequestParser::Progress before) {
  const HttpLimits& limits = serving_->options.limits;
  const RequestParser::Progress now = parser_.progress();
  if (now == before && state_ == State::kReading) return;
  if (now == RequestParser::Progress::kHeader) {
    enter(State::kReading, limits.header_timeout);
  } else if (now == RequestParser::Progress::kBody) {
    enter(State::kReading, limits.body_timeout);
    if (parser_.expects_continue()) output_.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

void Connection::dispatch() {
  state_ = State::kHandling;
  deadline_ = EventLoop::kNever;
  is_keep_alive_ = parser_.is_keep_alive();
  is_head_ = parser_.is_head();
  Result<Request> request = parser_.take();
  if (!request) return answer(serving_->error_body(400, request.error().message));
  // The handler may outlive connection and server, so the reply owns neither.
  Reply reply([connection = weak_from_this(), loop = loop_](Response response) {
    const auto self = connection.lock();
    if (!self) {
      if (response.stream) response.stream->close();
      return;
    }
    if (loop->is_current() && self->is_dispatching_) return self->answer(std::move(response));
    loop->post([self, answered = std::move(response)]() mutable {
      self->answer(std::move(answered));
      if (self->send_output()) self->go_on();
    });
  });
  is_dispatching_ = true;
  try {
    serving_->handler(*std::move(request), std::move(reply));
  } catch (const std::exception& failure) {
    log::error(std::string("request handler: ") + failure.what());
    if (state_ == State::kHandling) answer(Response{500, "", {}, ""});
  }
  is_dispatching_ = false;
}

void Connection::answer(Response response) {
  if (response.stream) return begin_stream(std::move(response));
  if (state_ == State::kClosed) return;
  if (response.status >= 400 && response.body.empty()) {
    response = serving_->error_body(response.status, "the request could not be answered");
  }
  is_keep_alive_ = is_keep_alive_ && !serving_->is_stopping.load();
  append_head(output_, response, is_keep_alive_ ? AfterAnswer::kKeepAlive : AfterAnswer::kClose);
  if (!is_head_) output_.append(response.body);
  enter(State::kIdle, serving_->options.limits.idle_timeout);
}

/// The connection ends with the stream, so that it needs no frames of its own.
void Connection::begin_stream(Response response) {
  const std::shared_ptr<BodyStream> stream = std::exchange(response.stream, nullptr);
  if (state_ == State::kClosed || is_head_) {
    stream->close();
    return answer(std::move(response));
  }
  if (serving_->streams.fetch_add(1) >= serving_->options.limits.streams_max) {
    serving_->streams.fetch_sub(1);
    stream->close();
    return answer(serving_->error_body(503, "too many streams are open"));
  }
  stream_ = stream;
  if (serving_->is_stopping.load()) return close();
  is_keep_alive_ = false;
  state_ = State::kStreaming;
  attend(Attention::kResting);
  response.stream = stream;
  append_head(output_, response, AfterAnswer::kClose);
  output_.append(response.body);
  // The stream may outlive the connection.
  stream->connect([connection = weak_from_this(), loop = loop_](const BodyStream::Part& part) {
    loop->post([connection, part] {
      if (const auto self = connection.lock()) self->send_part(*part);
    });
  });
}

void Connection::send_part(const std::string& part) {
  if (state_ != State::kStreaming) return;
  const std::size_t unread = output_.size() - sent_;
  if (unread > 0 && unread + part.size() > kUnreadBytesMax) return close();
  output_.append(part);
  if (send_output()) go_on();
}

void Connection::end_stream() {
  if (!stream_) return;
  stream_->close();
  stream_.reset();
  serving_->streams.fetch_sub(1);
}

void Connection::fail(int status, std::string_view detail) {
  is_keep_alive_ = false;
  answer(serving_->error_body(status, detail));
}

/// Whether all answers are on their way. If not, the socket says when it takes more.
bool Connection::send_output() {
  while (sent_ < output_.size()) {
    const ssize_t size =
        send(socket_, output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && is_not_yet(errno)) {
      if (interest_ == Interest::kWritable) return false;
      want(Interest::kWritable);
      attend(Attention::kSwept);
      deadline_ = loop_->now() + serving_->options.limits.body_timeout;
      return false;
    }
    if (size < 0) {
      close();
      return false;
    }
    sent_ += static_cast<std::size_t>(size);
  }
  sent_ = 0;
  empty(output_);
  return true;
}

/// After what had to be awaited: an answer, or a slow client that took it.
void Connection::go_on() {
  want(Interest::kReadable);
  if (state_ == State::kHandling || state_ == State::kStreaming) {
    deadline_ = EventLoop::kNever;
    if (state_ == State::kStreaming) attend(Attention::kResting);
    return;
  }
  if (!is_keep_alive_) return end();
  if (serving_->is_stopping.load() && input_.empty()) return close();
  enter(State::kIdle, serving_->options.limits.idle_timeout);
  if (!input_.empty()) take_input(std::exchange(input_, {}));
}

/// The last answer is on its way.
void Connection::end() {
  shutdown(socket_, SHUT_WR);
  if (!has_unread_input_ && input_.empty()) return close();
  enter(State::kLingering, kLingerTime);
}

void Connection::discard() {
  const std::span<char> room = loop_->scratch();
  const ssize_t size = recv(socket_, room.data(), room.size(), 0);
  if (size < 0 && is_not_yet(errno)) return;
  if (size <= 0) return close();
  lingered_ += static_cast<std::size_t>(size);
  if (lingered_ > kLingerBytesMax) close();
}

void Connection::want(Interest interest) {
  if (interest == interest_ || state_ == State::kClosed) return;
  interest_ = interest;
  loop_->change(socket_, *this, interest);
}

void Connection::enter(State state, milliseconds time) {
  state_ = state;
  deadline_ = loop_->now() + time;
}

/// Streams have no deadline but while their client does not take what was written.
void Connection::attend(Attention attention) {
  if (attention == std::exchange(attention_, attention)) return;
  loop_->attend(*this, attention);
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  end_stream();
  shutdown(socket_, SHUT_RDWR);
  loop_->unwatch(socket_, *this);
}

}  // namespace converge
