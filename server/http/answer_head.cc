#include "server/http/answer_head.h"

#include <array>
#include <charconv>
#include <ctime>
#include <string_view>

namespace converge {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

/// The present second as HTTP writes it. Written once a second per thread, not once an answer.
std::string_view http_date() {
  struct Written {
    std::time_t second = -1;
    std::array<char, 40> text{};
    std::size_t size = 0;
  };
  thread_local Written written;
  const std::time_t now = std::time(nullptr);
  if (now != written.second) {
    std::tm utc{};
    gmtime_r(&now, &utc);
    written.second = now;
    written.size =
        std::strftime(written.text.data(), written.text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  }
  return {written.text.data(), written.size};
}

}  // namespace

void append_head(std::string& out, const Response& response, AfterAnswer after) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.append(" ").append(reason_phrase(response.status)).append("\r\n");
  append_field(out, "Date", http_date());
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  if (after == AfterAnswer::kClose) append_field(out, "Connection", "close");
  if (response.status != 204 && response.status != 304) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  out.append("\r\n");
}

}  // namespace converge
