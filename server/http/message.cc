#include "server/http/message.h"

#include <algorithm>
#include <atomic>
#include <charconv>

namespace converge {
namespace {

std::string_view value_of(const NamedTexts& texts, std::string_view name) {
  const auto found = std::find_if(texts.begin(), texts.end(),
                                  [name](const auto& text) { return text.first == name; });
  return found == texts.end() ? std::string_view() : std::string_view(found->second);
}

std::string with_spaces(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '+', ' ');
  return out;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  return value_of(headers, name);
}

const std::string* Request::query_value(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(),
                                  [name](const auto& pair) { return pair.first == name; });
  return found == query.end() ? nullptr : &found->second;
}

std::string_view Response::header(std::string_view name) const {
  return value_of(headers, name);
}

struct Reply::State {
  explicit State(Sink to) : sink(std::move(to)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (!sent.load()) sink(Response{500, "", {}, ""});
  }

  Sink sink;
  std::atomic<bool> sent{false};
};

Reply::Reply(Sink sink) : state_(std::make_shared<State>(std::move(sink))) {}

void Reply::send(Response response) const {
  if (!state_->sent.exchange(true)) state_->sink(std::move(response));
}

Result<std::string> percent_decode(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (error != std::errc() || end != digits.data() + 2 || byte == 0) {
      return Error{Errc::kInvalidArgument,
                   "percent-encoding: two hexadecimal digits other than 00 are expected after %, "
                   "found \"" +
                       std::string(digits) + "\""};
    }
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
  };
  if (std::all_of(text.begin(), text.end(), is_plain)) return std::string(text);
  std::string out;
  for (const char c : text) {
    if (is_plain(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append("%").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 0xFU]);
    }
  }
  return out;
}

Result<NamedTexts> parse_query(std::string_view query) {
  NamedTexts pairs;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    Result<std::string> name = percent_decode(with_spaces(pair.substr(0, equals)));
    if (!name) return name.error().within("query");
    Result<std::string> value =
        percent_decode(with_spaces(pair.substr(std::min(equals + 1, pair.size()))));
    if (!value) return value.error().within("query parameter " + *name);
    pairs.emplace_back(*std::move(name), *std::move(value));
  }
  return pairs;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

}  // namespace converge
