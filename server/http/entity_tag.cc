#include "server/http/entity_tag.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace converge {

std::string entity_tag(std::string_view body) {
  static constexpr char kHex[] = "0123456789abcdef";
  XXH128_canonical_t digest;
  XXH128_canonicalFromHash(&digest, XXH3_128bits(body.data(), body.size()));
  std::string tag(1, '"');
  for (const unsigned char byte : digest.digest) {
    tag.append({kHex[byte >> 4U], kHex[byte & 0xFU]});
  }
  return tag.append("\"");
}

std::string known_tags(const Request& request) {
  std::string list;
  for (const auto& [name, value] : request.headers) {
    if (name == "if-none-match") list.append(list.empty() ? "" : ",").append(value);
  }
  return list;
}

bool names_tag(std::string_view list, std::string_view tag) {
  constexpr std::string_view kBetween = " \t,";
  constexpr std::string_view kWeak = "W/";
  for (;;) {
    const std::size_t begin = list.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return false;
    list.remove_prefix(begin);
    if (list.front() == '*') return true;
    if (list.substr(0, kWeak.size()) == kWeak) list.remove_prefix(kWeak.size());
    if (list.empty() || list.front() != '"') return false;
    const std::size_t end = list.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (list.substr(0, end + 1) == tag) return true;
    list.remove_prefix(end + 1);
  }
}

}  // namespace converge
