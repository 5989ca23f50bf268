// Requests at a fixed rate, whether or not the server keeps up: the latency of each counts from the
// moment it was due, so that a server that stalls cannot hide the requests that waited meanwhile.
//   converge_open_loop PORT RATE SECONDS CONNECTIONS < TEMPLATES
// TEMPLATES: for each request "HEAD-BYTES TAIL-BYTES\n", the head, the tail; between them stands
// the number of a unit, drawn from a million. Prints one JSON line: {"requests", "failed",
// "per_second", "p50_us", "p99_us", "max_us"}.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kUnits = 1'000'000;
constexpr int kUnitDigits = 7;
constexpr std::chrono::seconds kDrain{2};

struct Template {
  std::string head;
  std::string tail;
};

std::vector<Template> read_templates(std::istream& input) {
  std::vector<Template> templates;
  std::size_t head = 0;
  std::size_t tail = 0;
  while (input >> head >> tail) {
    input.get();
    Template read{std::string(head, '\0'), std::string(tail, '\0')};
    input.read(read.head.data(), static_cast<std::streamsize>(head));
    input.read(read.tail.data(), static_cast<std::streamsize>(tail));
    if (!input) throw std::runtime_error("the templates end early");
    templates.push_back(std::move(read));
  }
  if (templates.empty()) throw std::runtime_error("no templates");
  return templates;
}

class Requests {
 public:
  explicit Requests(std::vector<Template> templates) : templates_(std::move(templates)) {}

  std::string next() {
    const Template& drawn = templates_[random_() % templates_.size()];
    std::string number = std::to_string(1 + random_() % kUnits);
    number.insert(0, static_cast<std::size_t>(kUnitDigits) - number.size(), '0');
    return drawn.head + number + drawn.tail;
  }

 private:
  std::vector<Template> templates_;
  std::minstd_rand random_;
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  if (socket < 0) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::fcntl(socket, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
  return socket;
}

/// How long the answer at the beginning of `text` is; 0 while that is not known or not all is
/// there.
std::size_t answer_length(std::string_view text) {
  constexpr std::string_view kLength = "\r\ncontent-length: ";
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view head = text.substr(0, end + 2);
  const auto found =
      std::search(head.begin(), head.end(), kLength.begin(), kLength.end(),
                  [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
  if (found == head.end()) throw std::runtime_error("an answer without a length");
  std::size_t body = 0;
  std::from_chars(&*found + kLength.size(), head.data() + head.size(), body);
  const std::size_t length = end + 4 + body;
  return text.size() < length ? 0 : length;
}

struct Connection {
  int socket = -1;
  Clock::time_point due;
  std::string received;
};

struct Figures {
  std::vector<double> microseconds;
  std::size_t failed = 0;
};

class OpenLoop {
 public:
  OpenLoop(std::uint16_t port, double rate, std::size_t connections, Requests requests)
      : period_(1.0 / rate), connections_(connections), requests_(std::move(requests)) {
    for (std::size_t i = 0; i < connections; ++i) {
      connections_[i].socket = connect_to(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event) != 0)
        fail("epoll_ctl");
      idle_.push_back(i);
    }
  }

  /// Requests that had no answer some time after the end have failed.
  Figures run(std::chrono::duration<double> length) {
    const Clock::time_point begin = Clock::now();
    const auto count = static_cast<std::size_t>(length / period_);
    std::size_t sent = 0;
    while (sent < count || idle_.size() < connections_.size() || !waiting_.empty()) {
      const Clock::time_point now = Clock::now();
      if (now > begin + length + kDrain) break;
      for (; sent < count && now >= due(begin, sent); ++sent) waiting_.push_back(due(begin, sent));
      while (!waiting_.empty() && !idle_.empty()) send_next();
      receive();
    }
    figures_.failed += waiting_.size() + connections_.size() - idle_.size();
    return figures_;
  }

 private:
  Clock::time_point due(Clock::time_point begin, std::size_t index) const {
    return begin +
           std::chrono::duration_cast<Clock::duration>(period_ * static_cast<double>(index));
  }

  void send_next() {
    Connection& connection = connections_[idle_.back()];
    idle_.pop_back();
    connection.due = waiting_.front();
    waiting_.pop_front();
    const std::string text = requests_.next();
    // A request is smaller than the socket's empty buffer.
    if (::send(connection.socket, text.data(), text.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(text.size())) {
      fail("send");
    }
  }

  /// Never blocks: the core is there for nothing else.
  void receive() {
    std::array<epoll_event, 64> events{};
    const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < ready; ++i) take(events[static_cast<std::size_t>(i)].data.u64);
  }

  void take(std::size_t index) {
    Connection& connection = connections_[index];
    std::array<char, 16'384> buffer{};
    const ssize_t count = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
    if (count <= 0) throw std::runtime_error("the server closed a connection");
    connection.received.append(buffer.data(), static_cast<std::size_t>(count));
    if (answer_length(connection.received) == 0) return;
    const std::chrono::duration<double, std::micro> took = Clock::now() - connection.due;
    figures_.microseconds.push_back(took.count());
    if (connection.received.compare(0, 12, "HTTP/1.1 200") != 0) ++figures_.failed;
    connection.received.clear();
    idle_.push_back(index);
  }

  std::chrono::duration<double> period_;
  std::vector<Connection> connections_;
  Requests requests_;
  int epoll_ = ::epoll_create1(0);
  std::vector<std::size_t> idle_;
  std::deque<Clock::time_point> waiting_;
  Figures figures_;
};

void print(Figures figures, double seconds) {
  std::vector<double>& sorted = figures.microseconds;
  if (sorted.empty()) throw std::runtime_error("no answer at all");
  std::sort(sorted.begin(), sorted.end());
  const auto quantile = [&](double q) {
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(q * static_cast<double>(sorted.size())))];
  };
  std::printf(
      "{\"requests\":%zu,\"failed\":%zu,\"per_second\":%.0f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"max_"
      "us\":%.0f}\n",
      sorted.size(), figures.failed, static_cast<double>(sorted.size()) / seconds, quantile(0.5),
      quantile(0.99), sorted.back());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) {
    std::fputs("converge_open_loop: expected PORT RATE SECONDS CONNECTIONS\n", stderr);
    return 2;
  }
  try {
    const double seconds = std::strtod(arguments[3], nullptr);
    OpenLoop loop(static_cast<std::uint16_t>(std::strtoul(arguments[1], nullptr, 10)),
                  std::strtod(arguments[2], nullptr), std::strtoul(arguments[4], nullptr, 10),
                  Requests(read_templates(std::cin)));
    print(loop.run(std::chrono::duration<double>(seconds)), seconds);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "converge_open_loop: %s\n", failure.what());
    return 1;
  }
  return 0;
}
