#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/calc/inputs.h"
#include "engine/model/value.h"
#include "stats/means/relative_lift.h"
#include "stats/means/t_test.h"
#include "stats/moments.h"

/// What the methods of two means have in common: how arms are read and how a t test is answered.
namespace converge::calc {

struct Arms {
  stats::Sample a;
  stats::Sample b;
};

/// Arms as values ("a", "b") or as statistics (mean_a, var_a, n_a, third_central_moment_a = 0 and
/// the same of b). Checks inputs.status(): nothing can be read afterwards.
Result<Arms> read_arms(Inputs inputs);

/// The sample of values; the error names the member that held them.
Result<stats::Sample> sample_of_values(const std::vector<double>& values, std::string_view name);

/// diff, se, df, t, the p values and their logarithm.
Value::Object members_of(const stats::TTest& test);

/// Those of the absolute test, its interval, and the relative lift or why there is none.
Value::Object members_of_lift(const stats::WelchLift& lift);

}  // namespace converge::calc
