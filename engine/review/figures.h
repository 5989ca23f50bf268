#pragma once

#include <cstdint>
#include <string>

#include "engine/review/review.h"

/// How figures read in the Markdown review. Internal to engine/review. A figure that does not exist
/// is a word, never 0, NaN or an empty cell.
namespace converge {

/// "no units yet", "not enough data": for people.
std::string words_of(Undefined reason);
/// An enumerator's stored name with spaces: "rolled back".
std::string spaced(const char* name);

/// "12,345".
std::string count_text(std::int64_t count);
/// Four significant digits; percent for conversions: "10.25 %".
std::string value_text(const Figure& figure, MetricType type);
/// "0.0021"; "< 0.0001" below that.
std::string p_text(const Figure& p);
/// "+4.10 % [+1.20 %, +7.00 %]"; the absolute difference where there is no relative interval.
std::string lift_text(const Comparison& comparison, MetricType type);
/// "98.2 %" or why there is none.
std::string chance_text(const Comparison& comparison);
/// "better", "non-inferior", "breach" ... by the role of the metric, with what the guard objects.
std::string verdict_text(const MetricEvidence& metric, const Comparison& comparison);
/// "no worse than 5 % relative: bound +0.003"; "none" for metrics without a margin.
std::string margin_text(const MetricEvidence& metric, const Comparison& comparison,
                        const ExperimentDefinition& definition);
/// "+0.80 points" of the lift since the other look, "first look" or "cannot be compared".
std::string change_text(const MetricEvidence& metric, const Comparison& comparison,
                        const std::optional<StoredLook>& before);

/// Text that people wrote, safe inside a Markdown table or line.
std::string plain(const std::string& text);

/// Matured units of everyone: the rows of the table.
bool is_row(const MetricEvidence& metric);
MetricType type_of(const MetricEvidence& metric, const ExperimentEntry& entry);

/// What puts an experiment first: blocked data, a rollback in the week, or a proven breach in the
/// newest look.
bool is_exception(const ExperimentReview& experiment);

}  // namespace converge
