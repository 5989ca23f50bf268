#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace converge::calc {

/// A case that is not compared, and why. Such cases are counted by the test that names them.
using Departure = std::function<bool(const nlohmann::json& test_case)>;

/// Sends every case of tests/data/vectors/<file> through calculate() and compares every number,
/// boolean and text that is expected, recursively, within the case's tolerance; null expects
/// nothing. Fails unless the file holds exactly `cases` cases and `departures` of them are
/// departures.
void check_vectors(const std::string& file, int cases, const Departure& departure, int departures);
void check_vectors(const std::string& file, int cases);

/// gb_* files: what GrowthBook refuses ("error" is not null) has no figures to compare.
bool is_refused_by_peer(const nlohmann::json& test_case);

}  // namespace converge::calc
