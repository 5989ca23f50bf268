#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

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

/// Sends every case that is_refused_by_peer: ours must be an answer or insufficient_data with a
/// message that names the field. The number of answers.
int answers_where_peer_refuses(const std::string& file);

/// A file that several families share: what is not of these methods is compared elsewhere.
Departure is_not_a_method_of(std::vector<std::string> methods);

}  // namespace converge::calc
