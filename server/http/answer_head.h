#pragma once

#include <string>

#include "server/http/message.h"

namespace converge {

enum class AfterAnswer { kKeepAlive, kClose };

/// Appends status line and headers of an answer, up to the empty line. HTTP/1.1, with Date and
/// Content-Length (not for 204 and 304).
void append_head(std::string& out, const Response& response, AfterAnswer after);

}  // namespace converge
