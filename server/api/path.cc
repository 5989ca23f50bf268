#include "server/api/path.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/codec/definition.h"

namespace converge {
namespace {

using Segments = std::vector<std::string_view>;

/// What stands between the slashes; the path begins with one.
Segments split(std::string_view path) {
  Segments segments;
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

/// Decoded each for itself: an escaped slash does not divide. The views may point into `decoded`.
Status decode(Segments& segments, std::vector<std::string>& decoded) {
  decoded.reserve(segments.size());  // so that the views stay
  for (std::string_view& segment : segments) {
    if (segment.find('%') == std::string_view::npos) continue;
    Result<std::string> text = percent_decode(segment);
    if (!text) return text.error().within("path");
    segment = decoded.emplace_back(*std::move(text));
  }
  return {};
}

std::string joined(Segments::const_iterator begin, Segments::const_iterator end) {
  std::string text(*begin);
  while (++begin != end) text.append("/").append(*begin);
  return text;
}

/// The text that stands for the parameter (empty without one), or nullopt when the path is another
/// one.
std::optional<std::string> match(const Path& path, const Segments& segments) {
  std::string key;
  for (std::size_t i = 0; i < path.segments.size(); ++i) {
    if (i >= segments.size()) return std::nullopt;
    const std::string_view wanted = path.segments[i];
    if (path.parameter.empty() || wanted != path.parameter) {
      if (wanted != segments[i]) return std::nullopt;
    } else if (path.routes.front()->span == ParameterSpan::kRest) {
      return joined(segments.begin() + static_cast<std::ptrdiff_t>(i), segments.end());
    } else if (segments[i].empty()) {
      return std::nullopt;
    } else {
      key = segments[i];
    }
  }
  if (segments.size() > path.segments.size()) return std::nullopt;
  return key;
}

std::vector<Path> paths_of(std::span<const Route> routes) {
  std::vector<Path> all;
  for (const Route& route : routes) {
    auto path = std::find_if(all.begin(), all.end(),
                             [&route](const Path& p) { return p.pattern == route.path; });
    if (path == all.end()) {
      path = all.insert(all.end(),
                        Path{route.path, split(route.path), path_parameter(route.path), {}});
    }
    path->routes.push_back(&route);
  }
  return all;
}

/// Patterns with the path's own text in place of the parameter, so that only real misspellings
/// count.
Error unknown_path(const Request& request, const Segments& segments,
                   const std::vector<Path>& paths) {
  std::vector<std::string> known;
  known.reserve(paths.size());
  for (const Path& path : paths) {
    Segments own = path.segments;
    for (std::size_t i = 0; i < std::min(own.size(), segments.size()); ++i) {
      if (!path.parameter.empty() && own[i] == path.parameter) own[i] = segments[i];
    }
    known.push_back("/" + joined(own.begin(), own.end()));
  }
  const std::string nearest = nearest_name(request.path, known);
  return {Errc::kNotFound, "there is nothing at " + request.path +
                               (nearest.empty() ? "; /openapi.json lists what there is"
                                                : "; did you mean " + nearest + "?")};
}

}  // namespace

bool Path::is_for_browsers() const {
  return std::any_of(routes.begin(), routes.end(),
                     [](const Route* route) { return route->access == Access::kClient; });
}

const Route* Path::route_for(std::string_view method) const {
  const std::string_view verb = method == "HEAD" ? "GET" : method;
  const auto found = std::find_if(routes.begin(), routes.end(), [verb](const Route* route) {
    return verb == name_of(route->verb);
  });
  return found == routes.end() ? nullptr : *found;
}

Result<FoundPath> find_path(const Request& request) {
  static const std::vector<Path> kPaths = paths_of(routes());
  // Most requests name a path without a parameter, written as the table writes it.
  for (const Path& path : kPaths) {
    if (path.parameter.empty() && path.pattern == request.path) return FoundPath{&path, {}};
  }
  Segments segments = split(request.path);
  std::vector<std::string> decoded;
  if (const Status status = decode(segments, decoded); !status) return status.error();
  for (const Path& path : kPaths) {
    std::optional<std::string> key = match(path, segments);
    if (key) return FoundPath{&path, *std::move(key)};
  }
  return unknown_path(request, segments, kPaths);
}

}  // namespace converge
