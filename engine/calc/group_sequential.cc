#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "engine/calc/group_sequential.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/distributions.h"
#include "stats/group_sequential/bound_search.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/design_power.h"
#include "stats/group_sequential/spending_bounds.h"
#include "stats/group_sequential/wang_tsiatis.h"

namespace converge::calc {

using stats::Sides;
using stats::SpendingFamily;
using stats::SpendingFunction;
using stats::SpendingPlan;
using stats::SpentLook;

Sides sides_of(Inputs& inputs) {
  const std::int64_t sided = inputs.count("sided");
  if (sided != 1 && sided != 2) inputs.refuse("sided", "1 or 2");
  return sided == 2 ? Sides::kTwo : Sides::kOne;
}

std::optional<SpendingFamily> spending_family(std::string_view name) {
  if (name == "asOF") return SpendingFamily::kObrienFleming;
  if (name == "asP") return SpendingFamily::kPocock;
  if (name == "asKD") return SpendingFamily::kKimDeMets;
  if (name == "asHSD") return SpendingFamily::kHwangShihDeCani;
  return std::nullopt;
}

SpendingFunction spending_of(Inputs& inputs) {
  const std::optional<SpendingFamily> family = spending_family(inputs.text("spending"));
  if (!family) {
    inputs.refuse("spending", "\"asOF\", \"asP\", \"asKD\" or \"asHSD\"");
    return {SpendingFamily::kObrienFleming, 0};
  }
  const bool has_parameter =
      *family == SpendingFamily::kKimDeMets || *family == SpendingFamily::kHwangShihDeCani;
  return {*family, has_parameter ? inputs.number("parameter") : 0};
}

std::int64_t looks_of(Inputs& inputs, std::string_view name) {
  const std::int64_t looks = inputs.count(name);
  const auto limit = static_cast<std::int64_t>(stats::kMaxLooks);
  if (looks >= 1 && looks <= limit) return looks;
  inputs.refuse(name, "1 to " + std::to_string(limit) + " looks");
  return 1;
}

std::vector<double> equal_fractions(std::int64_t looks) {
  std::vector<double> fractions;
  for (std::int64_t k = 1; k <= looks; ++k) {
    fractions.push_back(static_cast<double>(k) / static_cast<double>(looks));
  }
  return fractions;
}

std::vector<double> bounds_of(const std::vector<SpentLook>& looks) {
  std::vector<double> bounds;
  bounds.reserve(looks.size());
  for (const SpentLook& look : looks) bounds.push_back(look.bound);
  return bounds;
}

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Two-sided bounds beyond 6, as the published tables of rpact have them: its grid ends at -6, so
/// that the lower side of such a look spends Phi(-6), and a later look gets no bound at all. This
/// moves 1e-9 of error; spending_bounds keeps no such limit.
constexpr double kPeerGridEnd = 6;

bool is_beyond_peer_grid(const SpentLook& look) {
  return look.bound > kPeerGridEnd;
}

std::vector<SpentLook> bounds_on_peer_grid(const SpendingPlan& plan,
                                           const std::vector<double>& fractions) {
  std::vector<SpentLook> looks;
  stats::Recursion recursion(0);
  double spent = 0;
  for (const double fraction : fractions) {
    recursion.move_to(fraction);
    const double spend = stats::alpha_spent(plan, fraction) - spent;
    double bound = spend > 0
                       ? stats::bound_that_spends(recursion, Sides::kTwo, spend).value_or(kInfinity)
                       : kInfinity;
    if (bound > (looks.empty() ? stats::kLargestBound : kPeerGridEnd)) bound = kInfinity;
    const double lower = std::max(-bound, -kPeerGridEnd);
    spent += recursion.upper_tail(bound) + recursion.lower_tail(lower);
    recursion.stop_outside(lower, bound);
    looks.push_back({.information = fraction, .bound = bound, .spent = spent});
  }
  return looks;
}

Value spending_outputs(const std::vector<SpentLook>& looks) {
  std::vector<double> spent;
  std::vector<double> levels;
  for (const SpentLook& look : looks) {
    spent.push_back(look.spent);
    levels.push_back(stats::normal_upper(look.bound));
  }
  return Value::object({{"critical_values", figures(bounds_of(looks))},
                        {"alpha_spent", figures(spent)},
                        {"stage_levels", figures(levels)}});
}

Result<Value> spending_design(Inputs& inputs, SpendingFunction function) {
  const std::vector<double> fractions = inputs.numbers("information_rates");
  const SpendingPlan plan{
      .function = function, .alpha = inputs.number("alpha"), .sides = sides_of(inputs)};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<std::vector<SpentLook>> looks = stats::spending_bounds(plan, fractions);
  if (!looks) return looks.error();
  const bool is_limited =
      plan.sides == Sides::kTwo && std::any_of(looks->begin(), looks->end(), is_beyond_peer_grid);
  return spending_outputs(is_limited ? bounds_on_peer_grid(plan, fractions) : *looks);
}

Result<Value> lan_demets_obrien_fleming(Inputs inputs) {
  return spending_design(inputs, {SpendingFamily::kObrienFleming, 0});
}

Result<Value> lan_demets_pocock(Inputs inputs) {
  return spending_design(inputs, {SpendingFamily::kPocock, 0});
}

Result<Value> hwang_shih_decani(Inputs inputs) {
  return spending_design(inputs, {SpendingFamily::kHwangShihDeCani, inputs.number("gamma")});
}

Result<Value> kim_demets_power_family(Inputs inputs) {
  return spending_design(inputs, {SpendingFamily::kKimDeMets, inputs.number("rho")});
}

/// gsDesign's integrator has no infinite bound: 20 stands for it.
Result<Value> gsdesign_one_sided(Inputs& inputs, SpendingFamily family) {
  static constexpr double kNoBound = 20;
  const std::vector<double> fractions = inputs.numbers("information_rates");
  const SpendingPlan plan{
      .function = {family, 0}, .alpha = inputs.number("alpha_one_sided"), .sides = Sides::kOne};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<std::vector<SpentLook>> looks = stats::spending_bounds(plan, fractions);
  if (!looks) return looks.error();
  std::vector<double> bounds = bounds_of(*looks);
  std::vector<double> spent;
  for (double& bound : bounds) bound = std::min(bound, kNoBound);
  for (const SpentLook& look : *looks) spent.push_back(look.spent);
  return Value::object({{"upper_bounds", figures(bounds)}, {"alpha_spent", figures(spent)}});
}

Result<Value> gsdesign_one_sided_of(Inputs inputs) {
  return gsdesign_one_sided(inputs, SpendingFamily::kObrienFleming);
}

Result<Value> gsdesign_one_sided_p(Inputs inputs) {
  return gsdesign_one_sided(inputs, SpendingFamily::kPocock);
}

/// O'Brien-Fleming and Pocock need beta for their inflation factors; Wang-Tsiatis may leave it out.
Result<Value> classical_design(Inputs& inputs, double shape, std::optional<double> beta) {
  const stats::WangTsiatisDesign classical{.information = equal_fractions(looks_of(inputs, "k")),
                                           .alpha = inputs.number("alpha"),
                                           .sides = sides_of(inputs),
                                           .shape = shape};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<std::vector<double>> bounds = stats::wang_tsiatis_bounds(classical);
  if (!bounds) return bounds.error();
  if (!beta) return Value::object({{"critical_values", figures(*bounds)}});
  const Result<stats::DesignPower> power = stats::design_power(
      stats::design_of(classical.information, *bounds, classical.sides), classical.alpha, *beta);
  if (!power) return power.error();
  return Value::object({{"critical_values", figures(*bounds)},
                        {"inflation_factor", figure(power->inflation_factor)},
                        {"average_sample_number_ratio_h1", figure(power->expected_ratio_h1)},
                        {"average_sample_number_ratio_half", figure(power->expected_ratio_half)},
                        {"average_sample_number_ratio_h0", figure(power->expected_ratio_h0)}});
}

Result<Value> classical_obrien_fleming(Inputs inputs) {
  return classical_design(inputs, 0, inputs.number("beta"));
}

Result<Value> classical_pocock(Inputs inputs) {
  return classical_design(inputs, 0.5, inputs.number("beta"));
}

Result<Value> wang_tsiatis(Inputs inputs) {
  return classical_design(inputs, inputs.number("delta"), inputs.optional_number("beta"));
}

constexpr Method kMethods[] = {
    {"classical_obrien_fleming", "O'Brien and Fleming's bounds for equal looks",
     classical_obrien_fleming},
    {"classical_pocock", "Pocock's bounds for equal looks", classical_pocock},
    {"gsdesign_one_sided_of", "one-sided Lan-DeMets O'Brien-Fleming bounds, no bound as 20",
     gsdesign_one_sided_of},
    {"gsdesign_one_sided_p", "one-sided Lan-DeMets Pocock bounds, no bound as 20",
     gsdesign_one_sided_p},
    {"hwang_shih_decani", "bounds that spend alpha by Hwang, Shih and DeCani's family",
     hwang_shih_decani},
    {"kim_demets_power_family", "bounds that spend alpha t^rho", kim_demets_power_family},
    {"lan_demets_obrien_fleming", "bounds that spend alpha like O'Brien and Fleming's test",
     lan_demets_obrien_fleming},
    {"lan_demets_pocock", "bounds that spend alpha like Pocock's test", lan_demets_pocock},
    {"wang_tsiatis", "Wang and Tsiatis' bounds for equal looks", wang_tsiatis},
};

}  // namespace

std::span<const Method> group_sequential_methods() {
  return kMethods;
}

}  // namespace converge::calc
