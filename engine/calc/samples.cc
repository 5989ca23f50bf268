#include "engine/calc/samples.h"

#include <string>

#include "engine/calc/outputs.h"
#include "stats/floating_moments.h"

namespace converge::calc {
namespace {

stats::Sample read_statistics(Inputs& inputs, const std::string& arm) {
  return {.n = inputs.count("n_" + arm),
          .mean = inputs.number("mean_" + arm),
          .variance = inputs.number("var_" + arm),
          .third_central_moment = inputs.number_or("third_central_moment_" + arm, 0)};
}

}  // namespace

Result<stats::Sample> sample_of_values(const std::vector<double>& values, std::string_view name) {
  const Result<stats::FloatingMoments> moments = stats::moments_of(values);
  if (!moments) return moments.error().within(std::string(name));
  const Result<stats::Sample> sample = stats::sample_of_x(*moments);
  if (!sample) return sample.error().within(std::string(name));
  return *sample;
}

Result<Arms> read_arms(Inputs inputs) {
  if (!inputs.has("a") && !inputs.has("b")) {
    const Arms arms{read_statistics(inputs, "a"), read_statistics(inputs, "b")};
    if (const Status read = inputs.status(); !read) return read.error();
    return arms;
  }
  const std::vector<double> values_a = inputs.numbers("a");
  const std::vector<double> values_b = inputs.numbers("b");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::Sample> a = sample_of_values(values_a, "a");
  if (!a) return a.error();
  const Result<stats::Sample> b = sample_of_values(values_b, "b");
  if (!b) return b.error();
  return Arms{*a, *b};
}

Value::Object members_of(const stats::TTest& test) {
  return {{"diff", figure(test.estimate)},
          {"se", figure(test.standard_error)},
          {"df", figure(test.dof)},
          {"t", figure(test.t)},
          {"p_two_sided", figure(test.p_two_sided)},
          {"p_greater", figure(test.p_greater)},
          {"p_less", figure(test.p_less)},
          {"log_p_two_sided", figure(test.log_p_two_sided)}};
}

Value::Object members_of_lift(const stats::WelchLift& lift) {
  Value::Object members = members_of(lift.absolute);
  members.emplace_back("ci", bounds(lift.absolute.interval));
  members.emplace_back("level", figure(lift.absolute.interval.level));
  const Result<stats::RelativeLift>& relative = lift.relative;
  members.emplace_back("relative_lift", relative ? figure(relative->estimate) : Value());
  members.emplace_back("relative_lift_ci", relative ? bounds(relative->interval) : Value());
  members.emplace_back("relative_lift_undefined",
                       relative ? Value() : Value::string(relative.error().message));
  return members;
}

}  // namespace converge::calc
