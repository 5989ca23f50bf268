#include "engine/assign/unit_id.h"

#include <algorithm>
#include <array>

#include "engine/assign/js_value.h"

namespace converge {
namespace {

/// What a broken integration sends for "nobody": it would put all its visitors into one unit.
constexpr std::array<std::string_view, 4> kNobody = {"", "0", "null", "undefined"};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool looks_like_email(std::string_view id) {
  const std::size_t at = id.find('@');
  if (at == std::string_view::npos || at == 0 || id.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  const std::size_t dot = id.find('.', at + 2);
  return dot != std::string_view::npos && dot + 1 < id.size();
}

}  // namespace

Status check_unit_id(std::string_view id) {
  if (std::find(kNobody.begin(), kNobody.end(), id) != kNobody.end()) {
    return Error{Errc::kInvalidArgument,
                 "unit id \"" + std::string(id) + "\" stands for nobody: send the id of one unit"};
  }
  if (id.size() > kUnitIdBytesMax) {
    return Error{Errc::kInvalidArgument, "unit id of " + std::to_string(id.size()) +
                                             " bytes, at most " + std::to_string(kUnitIdBytesMax) +
                                             " are accepted"};
  }
  if (std::any_of(id.begin(), id.end(), is_control)) {
    return Error{Errc::kInvalidArgument, "unit id contains a control character"};
  }
  return {};
}

std::optional<std::string> unit_id_warning(std::string_view id) {
  const bool ascii = std::all_of(id.begin(), id.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) {
    return "unit id is not ASCII: SDKs hash such ids differently, so this unit may get another "
           "variant elsewhere";
  }
  if (looks_like_email(id)) {
    return "unit id looks like an e-mail address: send an opaque id, personal data stay in the log";
  }
  return std::nullopt;
}

std::optional<std::string> unit_id_text(const Value& attribute) {
  const bool scalar = attribute.as_array() == nullptr && attribute.as_object() == nullptr;
  if (!scalar || !js::truthy(attribute)) return std::nullopt;
  return js::to_text(attribute);
}

}  // namespace converge
