#include "server/http/server.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <condition_variable>
#include <ctime>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/log.h"

namespace converge {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace net = boost::asio;
using tcp = boost::asio::ip::tcp;
using std::chrono::milliseconds;

constexpr std::size_t kReadChunk = 4'096;
/// What is still read, and thrown away, after an early answer: closing at once would reset the
/// connection and lose the answer.
constexpr std::size_t kLingerBytesMax = std::size_t{64} * 1024 * 1024;
constexpr milliseconds kLingerTime{2'000};
/// How many connections beyond the limit are told so; the rest are only closed.
constexpr std::size_t kRefusalsMax = 64;
constexpr milliseconds kAcceptPause{100};
constexpr milliseconds kForcedCloseTime{500};

std::string lower_case(beast::string_view text) {
  std::string out(text.data(), text.size());
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// The target without scheme and authority, which proxies may send.
std::string_view origin_form(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (target.empty() || target.front() == '/' || scheme == std::string_view::npos) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return {text, size};
}

Result<Request> to_request(http::request<http::string_body>& message) {
  Request request;
  request.method = std::string(message.method_string());
  const beast::string_view raw = message.target();
  const std::string_view target = origin_form({raw.data(), raw.size()});
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = std::string(target.substr(0, mark));
  if (request.path.empty() || request.path.front() != '/') {
    return Error{Errc::kInvalidArgument, "request target: a path that begins with / is expected"};
  }
  Result<NamedTexts> query = parse_query(target.substr(std::min(mark + 1, target.size())));
  if (!query) return query.error();
  request.query = *std::move(query);
  for (const auto& field : message) {
    request.headers.emplace_back(lower_case(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

Error listen_error(const HttpServerOptions& options, const beast::error_code& cause) {
  const std::string place = options.address + " port " + std::to_string(options.port);
  if (cause == net::error::address_in_use) {
    return {Errc::kConflict, place +
                                 " is in use by another program: stop it, or choose another port "
                                 "(0 takes any free one)"};
  }
  if (cause == net::error::access_denied) {
    return {Errc::kForbidden, place + ": ports below 1024 need privileges; choose a higher one"};
  }
  return {Errc::kInvalidArgument, "cannot listen on " + place + ": " + cause.message()};
}

}  // namespace

/// One connection. All of its work runs on its strand; the registry of Core keeps it alive.
class HttpServer::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket&& socket, Core& core) : stream_(std::move(socket)), core_(core) {}

  void serve() { await_request(); }
  void refuse() { answer_error(503, "too many connections are open"); }

  /// Stopping: an idle connection closes, a busy one finishes its request first.
  void close_when_idle() {
    post([](Session& self) {
      if (self.state_ == State::kIdle) self.close();
    });
  }
  void close_now() {
    post([](Session& self) { self.close(); });
  }

 private:
  enum class State { kIdle, kBusy, kClosed };

  template <class Action>
  void post(Action action) {
    net::post(stream_.get_executor(),
              [self = shared_from_this(), action]() mutable { action(*self); });
  }

  /// A completion handler that keeps the connection alive.
  auto then(void (Session::*step)(const beast::error_code&, std::size_t)) {
    return [self = shared_from_this(), step](const beast::error_code& ec, std::size_t size) {
      ((*self).*step)(ec, size);
    };
  }

  void await_request();
  void on_first_bytes(const beast::error_code& ec, std::size_t size);
  void read_header();
  void on_header(const beast::error_code& ec, std::size_t size);
  void on_continue_sent(const beast::error_code& ec, std::size_t size);
  void read_body();
  void on_body(const beast::error_code& ec, std::size_t size);
  void on_read_error(const beast::error_code& ec);
  void dispatch();
  void answer(Response response);
  void answer_error(int status, std::string_view detail);
  void on_written(const beast::error_code& ec, std::size_t size);
  void linger();
  void on_lingered(const beast::error_code& ec, std::size_t size);
  void close();

  beast::tcp_stream stream_;
  Core& core_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  State state_ = State::kBusy;
  bool keep_alive_ = false;
  bool head_only_ = false;
  bool unread_input_ = false;
  std::size_t lingered_ = 0;
};

struct HttpServer::Core : std::enable_shared_from_this<Core> {
  Core(const HttpServerOptions& with, Handler use)
      : options(with),
        handler(std::move(use)),
        io(std::max(1, with.io_threads)),
        work(io.get_executor()),
        acceptor(net::make_strand(io)),
        pause(acceptor.get_executor()) {}

  void accept();
  void on_accepted(const beast::error_code& ec, tcp::socket socket);
  void admit(tcp::socket socket);
  void remove(Session* session);
  std::vector<std::shared_ptr<Session>> open_sessions();
  std::size_t wait_until_empty(milliseconds limit);
  Response error_body(int status, std::string_view detail) const;

  const HttpServerOptions options;
  const Handler handler;
  net::io_context io;
  /// Keeps the threads while connections only wait for replies. Reset by stop().
  net::executor_work_guard<net::io_context::executor_type> work;
  tcp::acceptor acceptor;
  net::steady_timer pause;
  std::uint16_t port = 0;
  std::vector<std::thread> threads;
  std::atomic<bool> stopping{false};

  std::mutex mutex;
  std::condition_variable emptied;
  std::unordered_map<Session*, std::shared_ptr<Session>> sessions;  ///< guarded by mutex
  bool stopped = false;                                             ///< guarded by mutex
};

void HttpServer::Session::await_request() {
  if (core_.stopping.load() && buffer_.size() == 0) return close();
  parser_.emplace();
  parser_->body_limit(core_.options.limits.body_bytes_max);
  parser_->header_limit(static_cast<std::uint32_t>(core_.options.limits.header_bytes_max));
  if (buffer_.size() > 0) return read_header();
  state_ = State::kIdle;
  stream_.expires_after(core_.options.limits.idle_timeout);
  stream_.async_read_some(buffer_.prepare(kReadChunk), then(&Session::on_first_bytes));
}

void HttpServer::Session::on_first_bytes(const beast::error_code& ec, std::size_t size) {
  if (ec || state_ == State::kClosed) return close();
  buffer_.commit(size);
  read_header();
}

void HttpServer::Session::read_header() {
  state_ = State::kBusy;
  stream_.expires_after(core_.options.limits.header_timeout);
  http::async_read_header(stream_, buffer_, *parser_, then(&Session::on_header));
}

void HttpServer::Session::on_header(const beast::error_code& ec, std::size_t) {
  if (ec) return on_read_error(ec);
  if (parser_->is_done()) return dispatch();
  if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_.expires_after(core_.options.limits.body_timeout);
  net::async_write(stream_, net::buffer(kContinue), then(&Session::on_continue_sent));
}

void HttpServer::Session::on_continue_sent(const beast::error_code& ec, std::size_t) {
  if (ec) return close();
  read_body();
}

void HttpServer::Session::read_body() {
  stream_.expires_after(core_.options.limits.body_timeout);
  http::async_read(stream_, buffer_, *parser_, then(&Session::on_body));
}

void HttpServer::Session::on_body(const beast::error_code& ec, std::size_t) {
  if (ec) return on_read_error(ec);
  dispatch();
}

void HttpServer::Session::on_read_error(const beast::error_code& ec) {
  // Only errors of the text itself are answered: otherwise nobody is there, or the client was too
  // slow and its connection is closed already.
  if (state_ == State::kClosed ||
      ec.category() != make_error_code(http::error::bad_method).category() ||
      ec == http::error::end_of_stream || ec == http::error::partial_message) {
    return close();
  }
  unread_input_ = true;
  const HttpLimits& limits = core_.options.limits;
  if (ec == http::error::body_limit) {
    return answer_error(413, "the body is larger than " + std::to_string(limits.body_bytes_max) +
                                 " bytes; send it in several requests");
  }
  if (ec == http::error::header_limit) {
    return answer_error(
        431, "the headers are larger than " + std::to_string(limits.header_bytes_max) + " bytes");
  }
  answer_error(400, "not HTTP/1.1: " + ec.message());
}

void HttpServer::Session::dispatch() {
  stream_.expires_never();
  http::request<http::string_body> message = parser_->release();
  keep_alive_ = message.keep_alive();
  head_only_ = message.method() == http::verb::head;
  Result<Request> request = to_request(message);
  if (!request) return answer(core_.error_body(400, request.error().message));
  // The handler may outlive connection and server, so the reply owns neither.
  Reply reply([session = weak_from_this(), core = core_.shared_from_this()](Response response) {
    const auto self = session.lock();
    if (!self) return;
    self->post(
        [answered = std::move(response)](Session& on) mutable { on.answer(std::move(answered)); });
  });
  try {
    core_.handler(*std::move(request), reply);
  } catch (const std::exception& failure) {
    log::error(std::string("request handler: ") + failure.what());
    reply.send(Response{500, "", {}, ""});
  }
}

void HttpServer::Session::answer(Response response) {
  if (state_ == State::kClosed) return;
  if (response.status >= 400 && response.body.empty()) {
    response = core_.error_body(response.status, "the request could not be answered");
  }
  keep_alive_ = keep_alive_ && !core_.stopping.load();
  response_ = {};
  response_.version(11);
  response_.result(static_cast<unsigned>(response.status));
  response_.reason(std::string(reason_phrase(response.status)));
  response_.set(http::field::date, http_date());
  if (!response.content_type.empty()) {
    response_.set(http::field::content_type, response.content_type);
  }
  for (const auto& [name, value] : response.headers) response_.insert(name, value);
  response_.keep_alive(keep_alive_);
  response_.body() = std::move(response.body);
  if (response.status != 204) response_.content_length(response_.body().size());
  if (head_only_) response_.body().clear();
  stream_.expires_after(core_.options.limits.body_timeout);
  http::async_write(stream_, response_, then(&Session::on_written));
}

void HttpServer::Session::answer_error(int status, std::string_view detail) {
  keep_alive_ = false;
  answer(core_.error_body(status, detail));
}

void HttpServer::Session::on_written(const beast::error_code& ec, std::size_t) {
  if (ec || state_ == State::kClosed) return close();
  if (keep_alive_) return await_request();
  beast::error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  if (!unread_input_ && buffer_.size() == 0) return close();
  stream_.expires_after(kLingerTime);
  linger();
}

void HttpServer::Session::linger() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(16 * kReadChunk), then(&Session::on_lingered));
}

void HttpServer::Session::on_lingered(const beast::error_code& ec, std::size_t size) {
  lingered_ += size;
  if (ec || state_ == State::kClosed || lingered_ > kLingerBytesMax) return close();
  linger();
}

void HttpServer::Session::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  beast::error_code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  stream_.close();
  core_.remove(this);
}

void HttpServer::Core::accept() {
  acceptor.async_accept(net::make_strand(io), [core = shared_from_this()](
                                                  const beast::error_code& ec, tcp::socket socket) {
    core->on_accepted(ec, std::move(socket));
  });
}

void HttpServer::Core::on_accepted(const beast::error_code& ec, tcp::socket socket) {
  if (stopping.load() || ec == net::error::operation_aborted) return;
  if (!ec) {
    admit(std::move(socket));
    return accept();
  }
  // Out of file descriptors or memory: trying again at once would only spin.
  log::warning("accepting a connection failed: " + ec.message());
  pause.expires_after(kAcceptPause);
  pause.async_wait([core = shared_from_this()](const beast::error_code& cancelled) {
    if (!cancelled && !core->stopping.load()) core->accept();
  });
}

void HttpServer::Core::admit(tcp::socket socket) {
  beast::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const auto executor = socket.get_executor();
  const auto session = std::make_shared<Session>(std::move(socket), *this);
  std::size_t open = 0;
  {
    const std::lock_guard lock(mutex);
    open = sessions.size();
    if (open >= options.limits.connections_max + kRefusalsMax) return;
    sessions.emplace(session.get(), session);
  }
  net::dispatch(executor, [session, admitted = open < options.limits.connections_max] {
    admitted ? session->serve() : session->refuse();
  });
}

void HttpServer::Core::remove(Session* session) {
  const std::lock_guard lock(mutex);
  sessions.erase(session);
  if (sessions.empty()) emptied.notify_all();
}

std::vector<std::shared_ptr<HttpServer::Session>> HttpServer::Core::open_sessions() {
  const std::lock_guard lock(mutex);
  std::vector<std::shared_ptr<Session>> open;
  open.reserve(sessions.size());
  for (const auto& [key, session] : sessions) open.push_back(session);
  return open;
}

std::size_t HttpServer::Core::wait_until_empty(milliseconds limit) {
  std::unique_lock lock(mutex);
  emptied.wait_for(lock, limit, [this] { return sessions.empty(); });
  return sessions.size();
}

Response HttpServer::Core::error_body(int status, std::string_view detail) const {
  if (options.error_response) return options.error_response(status, detail);
  return Response{status, "text/plain; charset=utf-8", {}, std::string(detail)};
}

HttpServer::HttpServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}

HttpServer::~HttpServer() {
  stop(milliseconds(0));
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                      Handler handler) {
  try {
    beast::error_code ec;
    const auto address = net::ip::make_address(
        options.address == "localhost" ? std::string("127.0.0.1") : options.address, ec);
    if (ec) {
      return Error{Errc::kInvalidArgument,
                   "listen address \"" + options.address + "\": an IP address is expected"};
    }
    const auto core = std::make_shared<Core>(options, std::move(handler));
    const tcp::endpoint endpoint(address, options.port);
    core->acceptor.open(endpoint.protocol(), ec);
    if (!ec) core->acceptor.set_option(net::socket_base::reuse_address(true), ec);
    if (!ec) core->acceptor.bind(endpoint, ec);
    if (!ec) core->acceptor.listen(net::socket_base::max_listen_connections, ec);
    if (ec) return listen_error(options, ec);
    core->port = core->acceptor.local_endpoint().port();
    std::unique_ptr<HttpServer> server(new HttpServer(core));
    net::post(core->acceptor.get_executor(), [core] { core->accept(); });
    for (int i = 0; i < std::max(1, options.io_threads); ++i) {
      core->threads.emplace_back([core] { core->io.run(); });
    }
    return server;
  } catch (const std::exception& failure) {
    return Error{Errc::kUnavailable, std::string("HTTP server: ") + failure.what()};
  }
}

std::uint16_t HttpServer::port() const {
  return core_->port;
}

std::size_t HttpServer::connections() const {
  const std::lock_guard lock(core_->mutex);
  return core_->sessions.size();
}

std::size_t HttpServer::stop(milliseconds deadline) {
  {
    const std::lock_guard lock(core_->mutex);
    if (std::exchange(core_->stopped, true)) return 0;
  }
  core_->stopping.store(true);
  net::post(core_->acceptor.get_executor(), [core = core_] {
    beast::error_code ignored;
    core->acceptor.close(ignored);
    core->pause.cancel();
  });
  for (const auto& session : core_->open_sessions()) session->close_when_idle();
  const std::size_t cut = core_->wait_until_empty(deadline);
  for (const auto& session : core_->open_sessions()) session->close_now();
  // Without connections and acceptor the threads run out of work by themselves, which also frees
  // the handlers that hold on to Core; only a stuck handler makes it necessary to stop them.
  const bool is_stuck = core_->wait_until_empty(kForcedCloseTime) > 0;
  core_->work.reset();
  if (is_stuck) core_->io.stop();
  for (std::thread& thread : core_->threads) thread.join();
  core_->threads.clear();
  return cut;
}

}  // namespace converge
