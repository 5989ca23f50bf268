#include <vector>

#include "server/api/route.h"

namespace converge {
namespace {

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const auto& table :
       {assign_routes(), sticky_routes(), explain_routes(), event_routes(), experiment_routes(),
        calc_routes(), definition_routes(), review_routes(), ofrep_routes(), growthbook_routes(),
        operation_routes()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

}  // namespace

std::string_view path_parameter(std::string_view path) {
  const std::size_t begin = path.find('{');
  if (begin == std::string_view::npos) return {};
  return path.substr(begin, path.find('}', begin) + 1 - begin);
}

bool has_key_in_path(std::string_view path) {
  return path_parameter(path) == "{clientKey}";
}

const char* name_of(Verb verb) {
  switch (verb) {
    case Verb::kGet:
      return "GET";
    case Verb::kPost:
      return "POST";
  }
  return "";
}

const char* name_of(Access access) {
  switch (access) {
    case Access::kOpen:
      return "open";
    case Access::kClient:
      return "client";
    case Access::kRead:
      return "read";
    case Access::kWrite:
      return "write";
    case Access::kDecide:
      return "decide";
  }
  return "";
}

std::span<const Route> routes() {
  static const std::vector<Route> kAll = all_routes();
  return kAll;
}

}  // namespace converge
