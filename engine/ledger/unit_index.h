#pragma once

#include <cstdint>

namespace converge {

/// An id that the ledger keeps state for: exposed, linked or erased.
using UnitIndex = std::uint32_t;

}  // namespace converge
