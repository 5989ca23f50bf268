#include "engine/assign/url_target.h"

#include <algorithm>
#include <optional>

#include "engine/assign/url.h"

namespace converge {
namespace {

/// Stands for "*" while a pattern is read as a URL, where "*" cannot stand in a host.
constexpr std::string_view kWildcard = "_____";
constexpr std::string_view kUnknownHost = "_";

/// "shop.example/x" names a host although it has no scheme.
std::string with_scheme(std::string_view pattern) {
  const std::string_view first = pattern.substr(0, pattern.find_first_of(":/?"));
  const bool names_host = first.find('.') != std::string_view::npos;
  return (names_host ? "https://" : "") + std::string(pattern);
}

std::string with_wildcards(std::string_view text) {
  std::string replaced;
  for (const char c : text) {
    if (c == '*') {
      replaced += kWildcard;
    } else {
      replaced += c;
    }
  }
  return replaced;
}

/// The regular expression of a part of a simple pattern.
std::string part_expression(std::string_view part) {
  static constexpr std::string_view kSpecial = "*.+?^${}()|[]\\";
  std::string expression;
  while (!part.empty()) {
    if (part.starts_with(kWildcard)) {
      expression += ".*";
      part.remove_prefix(kWildcard.size());
      continue;
    }
    if (kSpecial.find(part.front()) != std::string_view::npos) expression += '\\';
    expression += part.front();
    part.remove_prefix(1);
  }
  return expression;
}

std::string path_expression(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  return "\\/?" + part_expression(path) + "\\/?";
}

std::optional<Pattern> whole_part(const std::string& expression) {
  Result<Pattern> compiled = Pattern::compile("^" + expression + "$", Pattern::Case::kInsensitive);
  if (!compiled) return std::nullopt;
  return *std::move(compiled);
}

/// The first value of that name, empty without one.
std::string search_value(std::string_view search, std::string_view name) {
  std::optional<std::string> first;
  for_each_search_pair(search, [&](const std::string& key, std::string value) {
    if (!first && key == name) first = std::move(value);
  });
  return first.value_or(std::string());
}

}  // namespace

UrlTargets::Target UrlTargets::compile_simple(Target target, std::string_view pattern) {
  const std::optional<Url> url = parse_url(with_wildcards(with_scheme(pattern)), kWildcard);
  if (!url) return target;
  const std::optional<Pattern> host = whole_part(part_expression(url->host));
  const std::optional<Pattern> path = whole_part(path_expression(url->path));
  if (!host || !path) return target;
  bool complete = true;
  if (!url->fragment.empty()) {
    const std::optional<Pattern> fragment = whole_part(part_expression(url->fragment));
    if (fragment) target.fragment.push_back(*fragment);
    complete = fragment.has_value();
  }
  for_each_search_pair(url->search, [&](const std::string& name, const std::string& value) {
    const std::optional<Pattern> wanted = whole_part(part_expression(value));
    if (wanted) target.search.emplace_back(name, *wanted);
    complete = complete && wanted.has_value();
  });
  if (complete) target.host_and_path = {*host, *path};
  return target;
}

UrlTargets::Target UrlTargets::compile_one(const UrlPattern& pattern) {
  Target target;
  target.include = pattern.include;
  target.kind = pattern.kind;
  if (pattern.kind == UrlPattern::Kind::kSimple) {
    return compile_simple(std::move(target), pattern.pattern);
  }
  if (pattern.kind == UrlPattern::Kind::kRegex) {
    Result<Pattern> compiled = Pattern::compile(pattern.pattern, Pattern::Case::kSensitive);
    if (compiled) target.whole.push_back(*std::move(compiled));
  }
  return target;
}

Result<UrlTargets> UrlTargets::compile(const std::vector<UrlPattern>& patterns) {
  UrlTargets targets;
  targets.targets_.reserve(patterns.size());
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].pattern.size() > kUrlPatternBytesMax) {
      return Error{Errc::kTooLarge, "urlPatterns[" + std::to_string(i) +
                                        "]: " + std::to_string(patterns[i].pattern.size()) +
                                        " bytes, at most " + std::to_string(kUrlPatternBytesMax) +
                                        " are accepted"};
    }
    targets.targets_.push_back(compile_one(patterns[i]));
  }
  return targets;
}

bool UrlTargets::matches(const Target& target, const Url& url) {
  if (target.kind == UrlPattern::Kind::kRegex) {
    if (target.whole.empty()) return false;
    const std::string href = url.href();
    return target.whole.front().found_in(href) ||
           target.whole.front().found_in(href.substr(std::min(url.origin.size(), href.size())));
  }
  if (target.host_and_path.empty()) return false;
  return target.host_and_path[0].found_in(url.host) && target.host_and_path[1].found_in(url.path) &&
         std::all_of(target.fragment.begin(), target.fragment.end(),
                     [&](const Pattern& pattern) { return pattern.found_in(url.fragment); }) &&
         std::all_of(target.search.begin(), target.search.end(), [&](const auto& wanted) {
           return wanted.second.found_in(search_value(url.search, wanted.first));
         });
}

bool UrlTargets::include(std::string_view text) const {
  const std::optional<Url> url =
      text.size() > kUrlBytesMax ? std::nullopt : parse_url(text, kUnknownHost);
  bool has_including = false;
  bool included = false;
  for (const Target& target : targets_) {
    const bool match = url && matches(target, *url);
    if (!target.include && match) return false;
    if (!target.include) continue;
    has_including = true;
    included = included || match;
  }
  return included || !has_including;
}

}  // namespace converge
