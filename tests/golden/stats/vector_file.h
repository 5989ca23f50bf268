#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace converge {

/// Runs `check` on every case of a method and returns how many there were, so that a test can state
/// the number: a case that is not run must not go unnoticed.
int for_each_case(const std::string& file, const std::string& method,
                  const std::function<void(const nlohmann::json&)>& check);

/// Cases of all methods of a file.
int count_cases(const std::string& file);

/// Fails unless `got` is within the case's tolerance of `expected`; null expects nothing.
void check_close(const nlohmann::json& test_case, const char* what, double got,
                 const nlohmann::json& expected);

}  // namespace converge
