#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/http/message.h"

namespace converge {

struct HttpLimits;

/// Reads HTTP/1.1 requests one after the other from bytes as they arrive; chunked bodies included.
class RequestParser {
 public:
  enum class Progress {
    kNothing,   ///< no byte of the next request has come
    kHeader,    ///< inside the request line or the headers
    kBody,      ///< the headers are complete
    kComplete,  ///< take() it
    kFailed,    ///< not HTTP, or beyond a limit: failure()
  };
  /// What to answer to bytes that are no acceptable request.
  struct Failure {
    int status = 400;
    std::string detail;
  };

  explicit RequestParser(const HttpLimits& limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Returns how many bytes it has used up: those after it are the caller's to keep and to bring
  /// again. Precondition: neither kComplete nor kFailed.
  std::size_t put(std::string_view bytes);

  Progress progress() const;
  const Failure& failure() const;

  // Of a request whose headers are complete.
  bool is_keep_alive() const;
  bool is_head() const;
  bool expects_continue() const;

  /// The complete request; the next one may come. An Error when the target is none.
  Result<Request> take();

 private:
  class Message;
  const HttpLimits& limits_;
  std::unique_ptr<Message> message_;
  Failure failure_;
};

}  // namespace converge
