#pragma once

#include <cstddef>

#include "server/http/server.h"

namespace converge {

/// Raises how many files and sockets this process may have open to what the system lets it, and
/// returns that number.
std::size_t raise_descriptor_limit();

/// The limits with no more connections than `descriptors` allow beside the files of the store, and
/// with fewer streams in proportion.
HttpLimits fitted_to(HttpLimits limits, std::size_t descriptors);

}  // namespace converge
