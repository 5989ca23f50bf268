#pragma once

#include "cli/arguments.h"
#include "engine/preview/preview.h"

namespace converge::cli {

/// One line per fact, or {"definitions_version", "changes", "layers", "overlaps", "replay"}.
void print_preview(const Preview& preview, Output output);

}  // namespace converge::cli
