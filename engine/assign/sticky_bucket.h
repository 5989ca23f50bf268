#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/value.h"

namespace converge {

/// What one unit was given and keeps (protocol section 6).
struct StickyDocument {
  std::string attribute_name;
  std::string attribute_value;
  /// "<experiment key>__<bucket version>" to the variation's key, in the order of their coming.
  std::vector<std::pair<std::string, std::string>> assignments;
  bool operator==(const StickyDocument&) const = default;
};

/// The documents of the units of one evaluation, read and updated by it. Not thread-safe: one per
/// request.
struct StickyBuckets {
  std::map<std::string, StickyDocument, std::less<>> documents;  ///< by sticky_document_key
  std::vector<std::string> changed;  ///< keys of documents to save, each once
};

/// "<attribute name>||<attribute value>".
std::string sticky_document_key(std::string_view attribute, const Value& value);

}  // namespace converge
