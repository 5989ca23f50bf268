#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/assign/feature.h"
#include "engine/assign/pattern.h"

namespace converge {

struct Url;

/// The URL patterns of an experiment, compiled once. Immutable, thread-safe.
class UrlTargets {
 public:
  /// kTooLarge when a pattern is longer than kUrlPatternBytesMax. A pattern that is no URL or no
  /// regular expression matches nothing, as in the SDKs.
  static Result<UrlTargets> compile(const std::vector<UrlPattern>& patterns);

  bool empty() const { return targets_.empty(); }
  /// No excluding pattern matches, and an including one does unless there is none. The empty URL is
  /// the root of an unknown host; longer ones than kUrlBytesMax match nothing.
  bool include(std::string_view url) const;

 private:
  struct Target {
    bool include = true;
    UrlPattern::Kind kind = UrlPattern::Kind::kUnknown;
    std::vector<Pattern> whole;  ///< kRegex: one, searched in the URL and in it without its origin
    // kSimple: all must match; none of them when the pattern is no URL.
    std::vector<Pattern> host_and_path;
    std::vector<Pattern> fragment;
    std::vector<std::pair<std::string, Pattern>> search;
  };
  static Target compile_one(const UrlPattern& pattern);
  static Target compile_simple(Target target, std::string_view pattern);
  static bool matches(const Target& target, const Url& url);

  std::vector<Target> targets_;
};

inline constexpr std::size_t kUrlPatternBytesMax = 1024;
inline constexpr std::size_t kUrlBytesMax = 8192;

}  // namespace converge
