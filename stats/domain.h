#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "base/result.h"

/// The checks of arguments that the methods have in common. Each names the argument, what is
/// expected and, as Errc::kInvalidArgument, that the caller has to mend it. A NaN fails every one.
namespace converge::stats {

/// 0 < value < 1: an alpha, a level, a power.
Status require_open_unit(std::string_view name, double value);

/// 0 <= value <= 1: a probability, a share, a p value.
Status require_unit(std::string_view name, double value);

Status require_finite(std::string_view name, double value);
Status require_positive(std::string_view name, double value);      ///< finite, above 0
Status require_not_negative(std::string_view name, double value);  ///< finite, 0 or more
Status require_not_negative(std::string_view name, std::int64_t count);

/// 0 <= successes <= trials.
Status require_successes(std::string_view arm, std::int64_t successes, std::int64_t trials);

/// The first failure of several checks, or success.
Status first_failure(std::initializer_list<Status> checks);

}  // namespace converge::stats
