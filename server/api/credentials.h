#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "server/api/keys.h"
#include "server/api/route.h"
#include "server/http/message.h"

namespace converge {

/// A key as a request presents it; a view into the request.
struct PresentedKey {
  std::string_view text;           ///< empty: none
  bool is_secret_allowed = false;  ///< only a header that does not end up in logs and web pages
};

/// Of headers and query: Authorization: Bearer, X-Client-Key, X-API-Key, ?client_key=.
PresentedKey key_of(const Request& request);
/// Of a route whose path has the key, the path's `parameter` only.
PresentedKey key_of(const Request& request, const Route& route, const std::string& parameter);

/// Who asks, if the role suffices: else kUnauthorized or kForbidden.
Result<Principal> authorise(const KeyRing& keys, const PresentedKey& presented, Access access);

}  // namespace converge
