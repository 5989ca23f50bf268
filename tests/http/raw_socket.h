#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace converge::test {

/// A TCP connection to the loopback that sends and reads bytes as they are: for what no
/// well-behaved client does.
class RawSocket {
 public:
  explicit RawSocket(std::uint16_t port);
  ~RawSocket();
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  /// False when the other side closed.
  bool send(std::string_view bytes);
  /// Half-closes: the other side reads an end, answers still arrive.
  void finish_sending();
  /// Closing will reset the connection instead of ending it.
  void reset_at_close();
  /// What arrives until the other side closes, at the latest after `limit`.
  std::string read_to_end(std::chrono::milliseconds limit);
  /// What arrives until `text` is among it, the other side closes, or `limit` passes.
  std::string read_until(std::string_view text, std::chrono::milliseconds limit);
  bool is_closed() const { return closed_; }

 private:
  int socket_ = -1;
  bool closed_ = false;
};

}  // namespace converge::test
