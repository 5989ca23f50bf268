#include "server/http/request_parser.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "server/http/server.h"

namespace converge {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace net = boost::asio;
using beast::error_code;

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

/// What most clients send, browsers included.
constexpr std::size_t kUsualHeaders = 16;

}  // namespace

/// Beast's state machine, which hands its findings straight to a Request.
class RequestParser::Message final : public http::basic_parser<true> {
 public:
  explicit Message(const HttpLimits& limits) {
    body_limit(limits.body_bytes_max);
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    eager(true);
    request.headers.reserve(kUsualHeaders);
  }

  Progress progress = Progress::kNothing;
  Request request;
  std::string target;

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view sent_target, int,
                       error_code&) override {
    request.method.assign(method.data(), method.size());
    target.assign(sent_target.data(), sent_target.size());
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_field_impl(http::field, beast::string_view name, beast::string_view value,
                     error_code&) override {
    request.headers.emplace_back(lower_case(name), std::string(value.data(), value.size()));
  }
  void on_header_impl(error_code&) override { progress = Progress::kBody; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view part, error_code&) override {
    request.body.append(part.data(), part.size());
    return part.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view part, error_code& ec) override {
    return on_body_impl(part, ec);
  }
  void on_finish_impl(error_code&) override { progress = Progress::kComplete; }
};

RequestParser::RequestParser(const HttpLimits& limits)
    : limits_(limits), message_(std::make_unique<Message>(limits)) {}
RequestParser::~RequestParser() = default;

std::size_t RequestParser::put(std::string_view bytes) {
  if (bytes.empty()) return 0;
  Message& message = *message_;
  if (message.progress == Progress::kNothing) message.progress = Progress::kHeader;
  error_code ec;
  const std::size_t used = message.put(net::const_buffer(bytes.data(), bytes.size()), ec);
  if (!ec || ec == http::error::need_more) return used;
  message.progress = Progress::kFailed;
  if (ec == http::error::body_limit) {
    failure_ = {413, "the body is larger than " + std::to_string(limits_.body_bytes_max) +
                         " bytes; send it in several requests"};
  } else if (ec == http::error::header_limit) {
    failure_ = {
        431, "the headers are larger than " + std::to_string(limits_.header_bytes_max) + " bytes"};
  } else {
    failure_ = {400, "not HTTP/1.1: " + ec.message()};
  }
  return used;
}

RequestParser::Progress RequestParser::progress() const {
  return message_->progress;
}

const RequestParser::Failure& RequestParser::failure() const {
  return failure_;
}

bool RequestParser::is_keep_alive() const {
  return message_->keep_alive();
}

bool RequestParser::is_head() const {
  return message_->request.method == "HEAD";
}

bool RequestParser::expects_continue() const {
  return beast::iequals(message_->request.header("expect"), "100-continue");
}

Result<Request> RequestParser::take() {
  const std::unique_ptr<Message> taken =
      std::exchange(message_, std::make_unique<Message>(limits_));
  Request& request = taken->request;
  const std::string_view target = origin_form(taken->target);
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = std::string(target.substr(0, mark));
  if (request.path.empty() || request.path.front() != '/') {
    return Error{Errc::kInvalidArgument, "request target: a path that begins with / is expected"};
  }
  Result<NamedTexts> query = parse_query(target.substr(std::min(mark + 1, target.size())));
  if (!query) return query.error();
  request.query = *std::move(query);
  return std::move(request);
}

}  // namespace converge
