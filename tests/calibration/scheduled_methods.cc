#include "tests/calibration/scheduled_methods.h"

#include <cmath>
#include <string>
#include <vector>

#include "stats/distributions.h"
#include "stats/group_sequential/spending_bounds.h"
#include "tests/calibration/asymptotic_methods.h"

namespace converge::calibration {
namespace {

/// `bounds` are those of equally spaced looks. A look without a variance passes: it shows nothing.
Outcome read_scheduled(const Run& run, const std::vector<double>& bounds) {
  Outcome outcome;
  const std::size_t step = run.looks.size() / bounds.size();
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const Look& look = run.looks[(i + 1) * step - 1];
    if (!look.difference) continue;
    const double z = look.difference->estimate / std::sqrt(look.difference->variance);
    if (std::abs(z) < bounds[i]) continue;
    (z > 0 ? outcome.up_at : outcome.down_at) = look.index;
    break;  // the design stops
  }
  return outcome;
}

std::string name_of(const stats::SpendingFunction& function) {
  switch (function.family) {
    case stats::SpendingFamily::kObrienFleming:
      return "Lan-DeMets O'Brien-Fleming";
    case stats::SpendingFamily::kPocock:
      return "Lan-DeMets Pocock";
    case stats::SpendingFamily::kKimDeMets:
      return "alpha spending t^" + std::to_string(std::lround(function.parameter));
    case stats::SpendingFamily::kHwangShihDeCani:
      return "Hwang-Shih-DeCani";
  }
  return {};
}

}  // namespace

Method alpha_spending(const stats::SpendingFunction& function, int looks) {
  std::vector<double> fractions;
  for (int i = 1; i <= looks; ++i) fractions.push_back(static_cast<double>(i) / looks);
  const stats::SpendingPlan plan{
      .function = function, .alpha = kAlpha, .sides = stats::Sides::kTwo};
  std::vector<double> bounds;
  const auto spent = stats::spending_bounds(plan, fractions);
  for (const stats::SpentLook& look : *spent) bounds.push_back(look.bound);
  return {name_of(function) + ", " + std::to_string(looks) + " looks",
          [bounds](const Run& run) { return read_scheduled(run, bounds); }};
}

Method normal_test_at_looks(int looks) {
  const std::vector<double> bounds(static_cast<std::size_t>(looks),
                                   stats::normal_upper_quantile(kAlpha / 2));
  return {"normal test, " + std::to_string(looks) + " looks",
          [bounds](const Run& run) { return read_scheduled(run, bounds); }};
}

}  // namespace converge::calibration
