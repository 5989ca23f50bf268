#include "base/result.h"

namespace converge {

const char* name_of(Errc code) {
  switch (code) {
    case Errc::kInvalidArgument:
      return "invalid_argument";
    case Errc::kNotFound:
      return "not_found";
    case Errc::kConflict:
      return "conflict";
    case Errc::kInsufficientData:
      return "insufficient_data";
    case Errc::kTooLarge:
      return "too_large";
    case Errc::kUnavailable:
      return "unavailable";
    case Errc::kUnauthorized:
      return "unauthorized";
    case Errc::kForbidden:
      return "forbidden";
    case Errc::kUnsupported:
      return "unsupported";
    case Errc::kInternal:
      return "internal";
  }
  CONVERGE_CHECK(false);
  return "internal";
}

}  // namespace converge
