#include "engine/assign/query_override.h"

#include "engine/assign/js_value.h"

namespace converge {
namespace {

/// The text before the first `separator`, and what follows it removed from `rest` with it.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return taken;
}

}  // namespace

std::optional<int> query_override(std::string_view experiment, std::string_view url, int count) {
  take_until(url, '?');
  std::string_view query = take_until(url, '?');
  query = take_until(query, '#');
  while (!query.empty()) {
    std::string_view pair = take_until(query, '&');
    const bool has_value = pair.find('=') != std::string_view::npos;
    if (take_until(pair, '=') != experiment) continue;
    if (!has_value) return std::nullopt;
    const std::optional<double> index = js::leading_integer(take_until(pair, '='));
    if (!index || *index < 0 || *index >= count) return std::nullopt;
    return static_cast<int>(*index);
  }
  return std::nullopt;
}

}  // namespace converge
