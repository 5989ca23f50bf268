#pragma once

#include <string>
#include <string_view>

#include "server/http/message.h"

namespace converge {

/// A strong entity tag of exactly these bytes, with its quotes: 128 bits of XXH3, which tells
/// contents apart that nobody made to be the same.
std::string entity_tag(std::string_view body);

/// What a client has, as its If-None-Match headers list it.
std::string known_tags(const Request& request);

/// Whether such a list names the tag: weak forms (proxies weaken tags) and "*" count. What is no
/// entity tag matches nothing.
bool names_tag(std::string_view list, std::string_view tag);

}  // namespace converge
