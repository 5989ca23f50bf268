#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/api/route.h"
#include "server/http/message.h"

namespace converge {

/// The routes of one path, whatever their verb.
struct Path {
  std::string_view pattern;                ///< "/v1/experiments/{key}/results"
  std::vector<std::string_view> segments;  ///< of the pattern: "v1", "experiments", "{key}", ...
  std::string_view parameter;              ///< the segment that stands for any text; empty: none
  std::vector<const Route*> routes;        ///< one at least

  bool is_for_browsers() const;
  /// Null: the path does not serve this verb. HEAD is served as GET.
  const Route* route_for(std::string_view method) const;
};

struct FoundPath {
  const Path* path = nullptr;  ///< lives as long as the program
  std::string key;             ///< what stands for the parameter, decoded; empty without one
};

/// The path of the table that a request names. kNotFound, with the nearest one, when there is none;
/// kInvalidArgument for a broken escape.
Result<FoundPath> find_path(const Request& request);

}  // namespace converge
