#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/calc/inputs.h"
#include "stats/group_sequential/spending_bounds.h"

/// How the group sequential methods read what they have in common.
namespace converge::calc {

/// "sided": 1 or 2.
stats::Sides sides_of(Inputs& inputs);

/// "spending": "asOF", "asP", "asKD" or "asHSD"; the last two with their "parameter".
stats::SpendingFunction spending_of(Inputs& inputs);

/// The family by one of these names, if it is one.
std::optional<stats::SpendingFamily> spending_family(std::string_view name);

/// A number of looks that crossing_probabilities accepts.
std::int64_t looks_of(Inputs& inputs, std::string_view name);

/// 1/looks, 2/looks, ..., 1.
std::vector<double> equal_fractions(std::int64_t looks);

std::vector<double> bounds_of(const std::vector<stats::SpentLook>& looks);

}  // namespace converge::calc
