#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/model/value.h"
#include "stats/interval.h"

/// How figures become JSON: infinities are "inf" and "-inf", what is undefined is null. A NaN is a
/// programming error: methods answer undefined figures by name.
namespace converge::calc {

Value figure(double value);
Value figure(std::optional<double> value);
Value figures(std::span<const double> values);
Value bounds(const stats::Interval& interval);                 ///< [lower, upper]
Value bounds(const std::optional<stats::Interval>& interval);  ///< or null
Value texts(std::span<const std::string> items);
Value flags(const std::vector<bool>& items);

}  // namespace converge::calc
