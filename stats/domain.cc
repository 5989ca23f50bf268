#include "stats/domain.h"

#include <cmath>
#include <string>

namespace converge::stats {
namespace {

Error expected(std::string_view name, const char* what) {
  return {Errc::kInvalidArgument, std::string(name) + ": expected " + what};
}

}  // namespace

Status require_open_unit(std::string_view name, double value) {
  if (value > 0 && value < 1) return {};
  return expected(name, "a number between 0 and 1, both excluded");
}

Status require_unit(std::string_view name, double value) {
  if (value >= 0 && value <= 1) return {};
  return expected(name, "a number from 0 to 1");
}

Status require_finite(std::string_view name, double value) {
  if (std::isfinite(value)) return {};
  return expected(name, "a finite number");
}

Status require_positive(std::string_view name, double value) {
  if (value > 0 && std::isfinite(value)) return {};
  return expected(name, "a finite number above 0");
}

Status require_not_negative(std::string_view name, double value) {
  if (value >= 0 && std::isfinite(value)) return {};
  return expected(name, "a finite number of 0 or more");
}

Status require_not_negative(std::string_view name, std::int64_t count) {
  if (count >= 0) return {};
  return expected(name, "a count of 0 or more");
}

Status require_successes(std::string_view arm, std::int64_t successes, std::int64_t trials) {
  if (successes >= 0 && successes <= trials) return {};
  return expected(arm, "0 <= successes <= trials");
}

Status first_failure(std::initializer_list<Status> checks) {
  for (const Status& check : checks) {
    if (!check) return check;
  }
  return {};
}

}  // namespace converge::stats
