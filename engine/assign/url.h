#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace converge {

/// A URL in the parts that browsers show (WHATWG URL), as far as targeting compares them: schemes,
/// ports, dots in paths and percent-encoding are normalised; names of hosts are lower-cased but not
/// converted to Punycode or from numbers. Plain value.
struct Url {
  std::string origin;  ///< "https://shop.example:8443"; "null" for schemes without one
  std::string host;    ///< with a port that is not the scheme's own
  std::string path;
  std::string search;    ///< from "?"; empty without a query
  std::string fragment;  ///< from "#"; empty without one
  std::string prefix;    ///< everything before the path: scheme, "//", user, host

  std::string href() const { return prefix + path + search + fragment; }
};

/// Reads an absolute URL, or one relative to "https://<base_host>/". nullopt where `new URL`
/// throws.
std::optional<Url> parse_url(std::string_view text, std::string_view base_host);

/// Calls `take(name, value)` for each pair of a query ("?a=1&b=x+y"), decoded as forms are.
template <class Take>
void for_each_search_pair(std::string_view search, Take take);
/// The text of a form: "+" is a space, "%41" is A.
std::string form_decoded(std::string_view text);

template <class Take>
void for_each_search_pair(std::string_view search, Take take) {
  if (search.starts_with('?')) search.remove_prefix(1);
  while (!search.empty()) {
    const std::string_view pair = search.substr(0, search.find('&'));
    search.remove_prefix(pair.size() < search.size() ? pair.size() + 1 : search.size());
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    take(form_decoded(pair.substr(0, equals)), form_decoded(value));
  }
}

}  // namespace converge
