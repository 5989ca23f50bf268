#include "server/api/credentials.h"

namespace converge {
namespace {

bool is_allowed(KeyRole role, Access access) {
  switch (access) {
    case Access::kOpen:
      return true;
    case Access::kClient:
      return role == KeyRole::kClient || role == KeyRole::kWrite || role == KeyRole::kDecide;
    case Access::kRead:
      return role != KeyRole::kClient;
    case Access::kWrite:
      return role == KeyRole::kWrite || role == KeyRole::kDecide;
    case Access::kDecide:
      return role == KeyRole::kDecide;
  }
  return false;
}

}  // namespace

PresentedKey key_of(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = request.header("authorization");
  if (authorization.substr(0, kBearer.size()) == kBearer) {
    return {authorization.substr(kBearer.size()), true};
  }
  for (const char* name : {"x-client-key", "x-api-key"}) {
    const std::string_view header = request.header(name);
    if (!header.empty()) return {header, false};
  }
  const std::string* in_query = request.query_value("client_key");
  return {in_query == nullptr ? std::string_view() : std::string_view(*in_query), false};
}

PresentedKey key_of(const Request& request, const Route& route, const std::string& parameter) {
  if (has_key_in_path(route.path)) return {parameter, false};
  return key_of(request);
}

Result<Principal> authorise(const KeyRing& keys, const PresentedKey& presented, Access access) {
  if (access == Access::kOpen) return Principal{};
  if (presented.text.empty()) {
    const Principal* anonymous = keys.anonymous();
    if (anonymous != nullptr && is_allowed(anonymous->role, access)) return *anonymous;
    return Error{
        Errc::kUnauthorized,
        "a key is needed: Authorization: Bearer KEY" +
            std::string(access == Access::kClient
                            ? ", or a client key as X-Client-Key, X-API-Key or ?client_key="
                            : "")};
  }
  const Principal* principal = keys.find(presented.text);
  if (principal == nullptr) return Error{Errc::kUnauthorized, "the key is not known"};
  if (principal->role != KeyRole::kClient && !presented.is_secret_allowed) {
    return Error{Errc::kUnauthorized, "secret keys are accepted as Authorization: Bearer only"};
  }
  if (!is_allowed(principal->role, access)) {
    return Error{Errc::kForbidden, "the key \"" + principal->name + "\" has the role " +
                                       name_of(principal->role) + "; this needs " +
                                       name_of(access)};
  }
  return *principal;
}

}  // namespace converge
