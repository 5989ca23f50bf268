#pragma once

#include <string>
#include <string_view>

#include "server/api/route.h"

namespace converge {

/// `,"eventStreams":[...]`: where the client hears that a newer configuration than that version
/// asks for another evaluation. Nothing for a secret key, which has no place in an address.
std::string event_streams_member(const Call& call, std::string_view definitions_version);

/// The stream itself: {"type": "refetchEvaluation", "etag", "lastModified"} at every change.
Status stream_changes(const Call& call, const Reply& reply);

inline constexpr std::string_view kStreamPath = "/ofrep/v1/stream";

}  // namespace converge
