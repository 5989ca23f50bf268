#pragma once

#include <string>

#include "base/result.h"
#include "engine/model/value.h"

namespace converge::cli {

/// POSTs a document to a running server ("http://127.0.0.1:8080") and returns the document it
/// answers. An error answer becomes an Error with the server's own words.
Result<Value> post(const std::string& server, const std::string& key, const std::string& path,
                   const Value& document);

}  // namespace converge::cli
