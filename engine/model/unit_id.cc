#include "engine/model/unit_id.h"

#include <algorithm>
#include <array>

namespace converge {
namespace {

/// What JavaScript prints for values that are no id: the SDKs would put everyone without an id into
/// one bucket.
constexpr std::array<std::string_view, 3> kNoIds = {"0", "null", "undefined"};

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

Status check_unit_id(std::string_view id) {
  if (id.empty()) return Error{Errc::kInvalidArgument, "a unit id is empty"};
  if (std::find(kNoIds.begin(), kNoIds.end(), id) != kNoIds.end()) {
    return Error{Errc::kInvalidArgument,
                 "unit id \"" + std::string(id) + "\" stands for a missing id, not for a unit"};
  }
  if (id.size() > kUnitIdBytesMax) {
    return Error{Errc::kInvalidArgument, "a unit id has " + std::to_string(id.size()) +
                                             " bytes; at most " + std::to_string(kUnitIdBytesMax) +
                                             " are allowed"};
  }
  if (std::any_of(id.begin(), id.end(), is_control)) {
    return Error{Errc::kInvalidArgument, "a unit id contains a control character"};
  }
  return {};
}

std::optional<std::string> unit_id_warning(std::string_view id) {
  if (std::any_of(id.begin(), id.end(),
                  [](char c) { return static_cast<unsigned char>(c) > 127; })) {
    return "unit id \"" + std::string(id) + "\" is not ASCII: SDKs hash such ids differently";
  }
  const std::size_t at = id.find('@');
  if (at != std::string_view::npos && at > 0 && id.find('.', at) != std::string_view::npos) {
    return "a unit id looks like an e-mail address: it is personal and changes";
  }
  return std::nullopt;
}

}  // namespace converge
