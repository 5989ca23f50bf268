#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "server/http/body_stream.h"

/// HTTP messages as plain values: what handlers see. No type of the HTTP library appears here.
namespace converge {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  ///< "GET"
  std::string path;    ///< as sent, still percent-encoded: "/v1/experiments/checkout%20one"
  NamedTexts query;    ///< decoded, in the order sent
  NamedTexts headers;  ///< names in lower case
  std::string body;

  /// The first header of that lower-case name, empty when there is none.
  std::string_view header(std::string_view name) const;
  /// The first query parameter of that name, null when there is none.
  const std::string* query_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type;
  NamedTexts headers;
  std::string body;
  /// Not null: what follows the body, for as long as both sides stay.
  std::shared_ptr<BodyStream> stream{};

  std::string_view header(std::string_view name) const;  ///< as Request::header
};

/// Where the one answer to a request goes. Copies share the request. send() works from any thread
/// and only its first call counts. When the last copy goes without an answer, status 500 is
/// answered, so a forgotten request never hangs.
class Reply {
 public:
  using Sink = std::function<void(Response)>;
  explicit Reply(Sink sink);
  void send(Response response) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// "%2F" -> "/"; kInvalidArgument for a broken escape or a zero byte.
Result<std::string> percent_decode(std::string_view text);

/// The text as part of a path or query: all but letters, digits and -._~ is escaped.
std::string percent_encode(std::string_view text);

/// Splits "a=1&b=x%20y" and decodes names and values, "+" as space as browsers send it.
Result<NamedTexts> parse_query(std::string_view query);

/// The standard phrase of a status: "Not Found".
std::string_view reason_phrase(int status);

}  // namespace converge
