#pragma once

#include <string>
#include <vector>

#include "engine/model/evidence.h"

/// The sentences of decisions: each names the metric, the figure, the bound and what it was held
/// against. Numbers are written with four significant digits by correctly rounded formatting, so
/// that the text has the same bytes anywhere.
namespace converge {

/// "0.0123"; infinities by name.
std::string number_text(double value);
/// "+1.23 %" of 0.0123.
std::string lift_text(double share);

/// "conversion_7d of one-page +4.10 % [+1.20 %, +7.00 %]": relative where there is one, else
/// absolute, else why not.
std::string effect_text(const MetricEvidence& metric, const Comparison& comparison);

std::string breach_text(const MetricEvidence& metric, const Comparison& comparison);
std::string non_inferiority_text(const MetricEvidence& metric, const Comparison& comparison);
std::string success_text(const MetricEvidence& metric, const Comparison& comparison, double alpha);
std::string block_text(const std::vector<Block>& blocks);

/// "a; b; c".
std::string joined_clauses(const std::vector<std::string>& clauses);

}  // namespace converge
