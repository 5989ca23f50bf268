#pragma once

#include <string>

#include "engine/model/value.h"

namespace converge {

/// The text by which the operators $veq, $vlt ... compare versions (protocol section 3):
/// "v1.2.3-rc.1+b" becomes "    1-    2-    3-rc-    1". Compare by UTF-16 code units.
std::string version_key(const Value& version);

}  // namespace converge
