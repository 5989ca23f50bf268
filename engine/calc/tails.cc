#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/distributions.h"
#include "stats/domain.h"

namespace converge::calc {
namespace {

Result<Value> normal_sf_logsf(Inputs inputs) {
  const double z = inputs.number("z");
  if (const Status read = inputs.status(); !read) return read.error();
  return Value::object(
      {{"sf", figure(stats::normal_upper(z))}, {"log_sf", figure(stats::normal_log_upper(z))}});
}

Result<Value> student_t_sf(Inputs inputs) {
  const double t = inputs.number("t");
  const double dof = inputs.number("df");
  if (const Status read = inputs.status(); !read) return read.error();
  if (!(dof > 0)) return Error{Errc::kInvalidArgument, "df: expected a number above 0"};
  return Value::object({{"sf", figure(stats::student_t_upper(t, dof))},
                        {"log_sf", figure(stats::student_t_log_upper(t, dof))}});
}

Result<Value> chi2_sf(Inputs inputs) {
  const double x = inputs.number("x");
  const double dof = inputs.number("df");
  if (const Status read = inputs.status(); !read) return read.error();
  if (const Status valid = stats::first_failure(
          {stats::require_not_negative("x", x), stats::require_positive("df", dof)});
      !valid) {
    return valid.error();
  }
  return Value::object({{"sf", figure(stats::chi_squared_upper(x, dof))}});
}

Result<Value> beta_cdf(Inputs inputs) {
  const double x = inputs.number("x");
  const double a = inputs.number("a");
  const double b = inputs.number("b");
  if (const Status read = inputs.status(); !read) return read.error();
  if (const Status valid =
          stats::first_failure({stats::require_unit("x", x), stats::require_positive("a", a),
                                stats::require_positive("b", b)});
      !valid) {
    return valid.error();
  }
  return Value::object(
      {{"cdf", figure(stats::beta_cdf(x, a, b))}, {"sf", figure(stats::beta_upper(x, a, b))}});
}

constexpr Method kMethods[] = {
    {"beta_cdf", "both tails of the beta distribution", beta_cdf},
    {"chi2_sf", "upper tail of the chi-square distribution", chi2_sf},
    {"normal_sf_logsf", "upper tail of the normal distribution and its logarithm", normal_sf_logsf},
    {"student_t_sf", "upper tail of Student's t distribution and its logarithm", student_t_sf},
};

}  // namespace

std::span<const Method> tail_methods() {
  return kMethods;
}

}  // namespace converge::calc
