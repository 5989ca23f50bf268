#pragma once

#include <memory>

#include "base/result.h"
#include "cli/arguments.h"
#include "engine/ports.h"

namespace converge::cli {

/// Reads beside a running server; never makes or changes a file.
Result<std::unique_ptr<Store>> open_for_reading(const StoreOptions& options);

/// Reads and writes, alone; makes the file when there is none.
Result<std::unique_ptr<Store>> open_for_writing(const StoreOptions& options);

}  // namespace converge::cli
