#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace converge::log {
namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

spdlog::logger& logger() {
  static const std::unique_ptr<spdlog::logger> kInstance = [] {
    auto made = std::make_unique<spdlog::logger>("converge",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc));
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *kInstance;
}

/// Text that came from outside must not be able to forge a second log line.
std::string one_line(std::string_view message) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string line;
  line.reserve(message.size());
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      line += "\\x";
      line += kDigits[byte >> 4U];
      line += kDigits[byte & 15U];
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace

void write(Level level, std::string_view message) {
  const spdlog::level::level_enum as = spdlog_level(level);
  if (!logger().should_log(as)) return;
  logger().log(as, spdlog::string_view_t("{}"), one_line(message));
}

void set_level(Level level) {
  logger().set_level(spdlog_level(level));
}

}  // namespace converge::log
