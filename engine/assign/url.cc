#include "engine/assign/url.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/assign/utf16.h"

namespace converge {
namespace {

// The percent-encode sets of the standard, without the control characters and non-ASCII that all
// of them contain.
constexpr std::string_view kPathSet = " \"#<>?`{}";
constexpr std::string_view kQuerySet = " \"#<>'";
constexpr std::string_view kFragmentSet = " \"<>`";
constexpr std::string_view kForbiddenInHosts = " #/<>?@[\\]^|%";
constexpr int kPortMax = 65535;

struct Scheme {
  std::string_view name;
  std::string_view port;
};
constexpr std::array<Scheme, 4> kWebSchemes = {
    {{"http", "80"}, {"https", "443"}, {"ws", "80"}, {"wss", "443"}}};

const Scheme* web_scheme(std::string_view name) {
  const auto* found = std::find_if(kWebSchemes.begin(), kWebSchemes.end(),
                                   [name](const Scheme& scheme) { return scheme.name == name; });
  return found == kWebSchemes.end() ? nullptr : found;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string percent_encoded(std::string_view text, std::string_view set) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !is_control(c) && set.find(c) == std::string_view::npos) {
      encoded += c;
    } else {
      encoded.append(1, '%').append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
    }
  }
  return encoded;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (!escape) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return decoded;
}

/// Without the spaces around it and the tabs and line ends within it.
std::string cleaned(std::string_view text) {
  const auto is_edge = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && is_edge(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_edge(text.back())) text.remove_suffix(1);
  std::string clean;
  for (const char c : text) {
    if (c != '\t' && c != '\n' && c != '\r') clean += c;
  }
  return clean;
}

/// The scheme in front of ":", lower-cased; empty when the text has none.
std::string scheme_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(text.front())) return {};
  const std::string_view name = text.substr(0, colon);
  const bool valid = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
  return valid ? ascii_lower(name) : std::string();
}

bool is_slash(char c) {
  return c == '/' || c == '\\';
}

/// "%2e" counts as a dot.
int dots_in(std::string_view segment) {
  int dots = 0;
  while (!segment.empty()) {
    if (segment.front() == '.') {
      segment.remove_prefix(1);
    } else if (segment.size() >= 3 && ascii_lower(segment.substr(0, 3)) == "%2e") {
      segment.remove_prefix(3);
    } else {
      return 0;
    }
    ++dots;
  }
  return dots;
}

/// The path of a web URL: both slashes separate, "." and ".." are followed.
std::string normal_path(std::string_view text) {
  if (!text.empty() && is_slash(text.front())) text.remove_prefix(1);
  std::vector<std::string> segments;
  for (bool more = true; more;) {
    const auto end =
        static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_slash) - text.begin());
    const std::string_view segment = text.substr(0, end);
    more = end < text.size();
    text.remove_prefix(more ? end + 1 : end);
    const int dots = dots_in(segment);
    if (dots == 2 && !segments.empty()) segments.pop_back();
    if (dots != 1 && dots != 2) {
      segments.push_back(percent_encoded(segment, kPathSet));
    } else if (!more) {
      segments.emplace_back();
    }
  }
  std::string path;
  for (const std::string& segment : segments) path.append(1, '/').append(segment);
  return path;
}

/// "host[:port]" of a web URL; nullopt when browsers refuse it.
std::optional<std::string> normal_host(std::string_view text, const Scheme& scheme) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return std::nullopt;
  const std::size_t colon = text.find(':', bracket);
  std::string_view name = text.substr(0, colon);
  std::string host;
  if (bracket > 0) {
    if (name.size() != bracket + 1) return std::nullopt;
    host = ascii_lower(name);
  } else {
    host = lower_case(percent_decoded(name));
    const bool forbidden = std::any_of(host.begin(), host.end(), [](char c) {
      return is_control(c) || kForbiddenInHosts.find(c) != std::string_view::npos;
    });
    if (host.empty() || forbidden) return std::nullopt;
  }
  if (colon == std::string_view::npos) return host;
  std::string_view port = text.substr(colon + 1);
  if (!std::all_of(port.begin(), port.end(), is_digit)) return std::nullopt;
  while (port.size() > 1 && port.starts_with('0')) port.remove_prefix(1);
  if (port.empty() || port == scheme.port) return host;
  if (port.size() > 5 || std::stoi(std::string(port)) > kPortMax) return std::nullopt;
  return host.append(":").append(port);
}

/// Takes "?..." and "#..." off the end of `text` into the URL.
void split_search_and_fragment(std::string_view& text, Url& url) {
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos && hash + 1 < text.size()) {
    url.fragment = "#" + percent_encoded(text.substr(hash + 1), kFragmentSet);
  }
  text = text.substr(0, hash);
  const std::size_t question = text.find('?');
  if (question != std::string_view::npos && question + 1 < text.size()) {
    url.search = "?" + percent_encoded(text.substr(question + 1), kQuerySet);
  }
  text = text.substr(0, question);
}

/// What follows "https://": user, host, path.
std::optional<Url> with_authority(std::string_view text, const Scheme& scheme, Url url) {
  const auto end =
      static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_slash) - text.begin());
  const std::string_view authority = text.substr(0, end);
  const std::size_t at = authority.rfind('@');
  const std::string_view user =
      at == std::string_view::npos ? std::string_view() : authority.substr(0, at + 1);
  std::optional<std::string> host = normal_host(authority.substr(user.size()), scheme);
  if (!host) return std::nullopt;
  const std::string start = std::string(scheme.name) + "://";
  url.host = *host;
  url.origin = start + *host;
  url.prefix = start + (user == "@" ? std::string() : std::string(user)) + *host;
  url.path = normal_path(text.substr(end));
  return url;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text, std::string_view base_host) {
  const std::string clean = cleaned(text);
  std::string_view rest = clean;
  const std::string name = scheme_of(rest);
  Url url;
  split_search_and_fragment(rest, url);
  const auto slashes = [&rest] {
    return static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_slash) -
                                    rest.begin());
  };
  const Scheme& base = *web_scheme("https");
  if (!name.empty()) {
    rest.remove_prefix(name.size() + 1);
    const Scheme* scheme = web_scheme(name);
    if (scheme == nullptr) {
      url.origin = "null";
      url.prefix = name + ":";
      url.path = rest;
      return url;
    }
    // "https:about" is relative to a base of the same scheme.
    if (name != base.name || slashes() >= 2) {
      rest.remove_prefix(slashes());
      return with_authority(rest, *scheme, std::move(url));
    }
  } else if (slashes() >= 2) {
    rest.remove_prefix(slashes());
    return with_authority(rest, base, std::move(url));
  }
  url.host = base_host;
  url.origin = std::string(base.name).append("://").append(base_host);
  url.prefix = url.origin;
  url.path = normal_path(rest);
  return url;
}

std::string form_decoded(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decoded(spaced);
}

}  // namespace converge
