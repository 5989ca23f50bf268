#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

#include "engine/calc/group_sequential.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/domain.h"
#include "stats/group_sequential/crossing_probabilities.h"
#include "stats/group_sequential/repeated_inference.h"
#include "stats/group_sequential/stagewise_inference.h"

namespace converge::calc {
namespace {

using stats::LookKind;
using stats::Sides;
using stats::SpendingPlan;
using stats::SpentLook;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

LookKind kind_of(Inputs& inputs) {
  return inputs.flag_or("is_last", false) ? LookKind::kLast : LookKind::kInterim;
}

Result<Value> next_spending_bound(Inputs inputs) {
  const SpendingPlan plan{
      .function = spending_of(inputs), .alpha = inputs.number("alpha"), .sides = sides_of(inputs)};
  std::vector<SpentLook> past;
  for (Inputs& row : inputs.objects("past")) {
    past.push_back({.information = row.number("information"),
                    .bound = row.number("bound"),
                    .spent = row.number("spent")});
  }
  const stats::NextLook look{.information = inputs.number("information"),
                             .planned_information = inputs.number("planned_information"),
                             .kind = kind_of(inputs)};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<SpentLook> next = stats::next_bound(plan, past, look);
  if (!next) return next.error();
  return Value::object({{"information", figure(next->information)},
                        {"bound", figure(next->bound)},
                        {"spent", figure(next->spent)}});
}

Result<Value> repeated_p_value(Inputs inputs) {
  const stats::RepeatedPInputs repeated{
      .function = spending_of(inputs),
      .sides = sides_of(inputs),
      .information_fractions = inputs.numbers("information_rates"),
      .kind = kind_of(inputs),
      .z = inputs.number("z")};
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<double> p = stats::repeated_p_value(repeated);
  if (!p) return p.error();
  return Value::object({{"repeated_p", figure(*p)}});
}

Result<Value> stagewise_inference(Inputs inputs) {
  stats::StoppedTest test{.passed = {},
                          .information = inputs.number("information"),
                          .estimate = inputs.number("estimate"),
                          .standard_error = inputs.number("standard_error")};
  for (Inputs& row : inputs.objects("passed")) {
    test.passed.push_back({.information = row.number("information"),
                           .lower = row.number_or("lower", -kInfinity),
                           .upper = row.number_or("upper", kInfinity)});
  }
  const double alpha = inputs.number("alpha");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::StagewiseInference> result = stats::stagewise_inference(test, alpha);
  if (!result) return result.error();
  return Value::object({{"p_greater", figure(result->p_greater)},
                        {"p_less", figure(result->p_less)},
                        {"p_two_sided", figure(result->p_two_sided)},
                        {"median_unbiased", figure(result->median_unbiased)},
                        {"ci", bounds(result->interval)}});
}

/// "asOF one-sided alpha .025, 3 equal looks"
struct DescribedDesign {
  SpendingPlan plan;
  std::vector<double> fractions;
};

DescribedDesign described_design(Inputs& inputs) {
  std::istringstream words(inputs.text("design"));
  std::string family, sides, alpha_word, alpha_text, equal, looks_word;
  std::int64_t looks = 0;
  words >> family >> sides >> alpha_word >> alpha_text >> looks >> equal >> looks_word;
  double alpha = 0;
  const char* end = alpha_text.data() + alpha_text.size();
  const auto parsed = std::from_chars(alpha_text.data(), end, alpha);
  const bool has_alpha = parsed.ec == std::errc() && std::string(parsed.ptr, end) == ",";
  const auto spending = spending_family(family);
  const auto limit = static_cast<std::int64_t>(stats::kMaxLooks);
  if (!spending || sides != "one-sided" || alpha_word != "alpha" || !has_alpha || looks < 1 ||
      looks > limit || equal != "equal" || (looks_word != "looks" && looks_word != "look")) {
    inputs.refuse("design", "for example \"asOF one-sided alpha .025, 3 equal looks\"");
    return {};
  }
  return {.plan = {.function = {*spending, 0}, .alpha = alpha, .sides = Sides::kOne},
          .fractions = equal_fractions(looks)};
}

/// An arm's values of all stages up to one.
struct CumulativeArm {
  double n = 0;
  double mean = 0;
  double squares = 0;  ///< sum of squared deviations from the mean

  void add(double stage_n, double stage_mean, double stage_sd) {
    const double delta = stage_mean - mean;
    const double total = n + stage_n;
    squares += (stage_n - 1) * stage_sd * stage_sd + delta * delta * n * stage_n / total;
    mean += delta * stage_n / total;
    n = total;
  }
};

struct StageEstimate {
  double estimate;
  double standard_error;
};

/// Treatment minus control with a pooled variance, from all stages up to each.
Result<std::vector<StageEstimate>> stage_estimates(Inputs& inputs, std::size_t looks) {
  Inputs stages = inputs.object("per_stage");
  const auto n_b = stages.numbers("n_treatment");
  const auto n_a = stages.numbers("n_control");
  const auto mean_b = stages.numbers("mean_treatment");
  const auto mean_a = stages.numbers("mean_control");
  const auto sd_b = stages.numbers("sd_treatment");
  const auto sd_a = stages.numbers("sd_control");
  const std::size_t count = n_b.size();
  for (const auto* column : {&n_a, &mean_b, &mean_a, &sd_b, &sd_a}) {
    if (column->size() != count) stages.refuse("n_treatment", "columns of the same length");
  }
  if (count == 0 || count > looks) stages.refuse("n_treatment", "1 stage up to all looks planned");
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<StageEstimate> estimates;
  CumulativeArm a;
  CumulativeArm b;
  for (std::size_t k = 0; k < count; ++k) {
    if (const Status valid =
            stats::first_failure({stats::require_positive("n_treatment", n_b[k]),
                                  stats::require_positive("n_control", n_a[k]),
                                  stats::require_finite("mean_treatment", mean_b[k]),
                                  stats::require_finite("mean_control", mean_a[k]),
                                  stats::require_not_negative("sd_treatment", sd_b[k]),
                                  stats::require_not_negative("sd_control", sd_a[k])});
        !valid) {
      return valid.error();
    }
    a.add(n_a[k], mean_a[k], sd_a[k]);
    b.add(n_b[k], mean_b[k], sd_b[k]);
    const double variance = (a.squares + b.squares) / (a.n + b.n - 2);
    if (!(variance > 0) || !std::isfinite(variance)) {
      return Error{Errc::kInsufficientData, "per_stage: no variance, the test is undefined"};
    }
    estimates.push_back({b.mean - a.mean, std::sqrt(variance * (1 / a.n + 1 / b.n))});
  }
  return estimates;
}

/// What repeated_ci_and_p reports, one item per planned look; nothing where there are no data.
struct StageReport {
  std::vector<Value> ci_lower, ci_upper, p, actions;
  std::vector<Value> final_p, final_lower, final_upper, median_unbiased;
  std::optional<std::size_t> final_stage;  ///< counted from 1
};

Status report_final(StageReport& report, const DescribedDesign& design,
                    const std::vector<SpentLook>& looks, const StageEstimate& stage) {
  const std::size_t stop = *report.final_stage - 1;
  stats::StoppedTest test{.passed = {},
                          .information = looks[stop].information,
                          .estimate = stage.estimate,
                          .standard_error = stage.standard_error};
  for (std::size_t k = 0; k < stop; ++k) {
    test.passed.push_back({looks[k].information, -kInfinity, looks[k].bound});
  }
  const auto final = stats::stagewise_inference(test, 2 * design.plan.alpha);
  if (!final) return final.error();
  report.final_p[stop] = figure(final->p_greater);
  report.final_lower[stop] = figure(final->interval.lower);
  report.final_upper[stop] = figure(final->interval.upper);
  report.median_unbiased[stop] = figure(final->median_unbiased);
  return {};
}

Result<StageReport> report_of(const DescribedDesign& design, const std::vector<SpentLook>& looks,
                              const std::vector<StageEstimate>& estimates) {
  StageReport report;
  for (auto* column :
       {&report.ci_lower, &report.ci_upper, &report.p, &report.actions, &report.final_p,
        &report.final_lower, &report.final_upper, &report.median_unbiased}) {
    column->resize(looks.size());
  }
  for (std::size_t k = 0; k < estimates.size(); ++k) {
    const auto& [estimate, standard_error] = estimates[k];
    const double z = estimate / standard_error;
    const auto interval =
        stats::repeated_interval(estimate, standard_error, looks[k].bound, design.plan);
    if (!interval) return interval.error();
    const auto p = stats::repeated_p_value(
        {.function = design.plan.function,
         .sides = design.plan.sides,
         .information_fractions = {design.fractions.begin(),
                                   design.fractions.begin() + static_cast<std::ptrdiff_t>(k) + 1},
         .kind = LookKind::kInterim,
         .z = z});
    if (!p) return p.error();
    const bool is_last = k + 1 == looks.size();
    const bool rejects = z >= looks[k].bound;
    report.ci_lower[k] = figure(interval->lower);
    report.ci_upper[k] = figure(interval->upper);
    report.p[k] = figure(*p);
    report.actions[k] = Value::string(rejects ? "reject" : is_last ? "accept" : "continue");
    if ((rejects || is_last) && !report.final_stage) report.final_stage = k + 1;
  }
  if (report.final_stage) {
    const Status status = report_final(report, design, looks, estimates[*report.final_stage - 1]);
    if (!status) return status.error();
  }
  return report;
}

Result<Value> repeated_ci_and_p(Inputs inputs) {
  const DescribedDesign design = described_design(inputs);
  if (!inputs.flag_or("normal_approximation", true)) {
    inputs.refuse("normal_approximation", "true: there is no other distribution");
  }
  const auto estimates = stage_estimates(inputs, design.fractions.size());
  if (!estimates) return estimates.error();
  const auto looks = stats::spending_bounds(design.plan, design.fractions);
  if (!looks) return looks.error();
  const Result<StageReport> report = report_of(design, *looks, *estimates);
  if (!report) return report.error();
  const auto stage = report->final_stage;
  return Value::object(
      {{"repeated_ci_lower", Value::array(report->ci_lower)},
       {"repeated_ci_upper", Value::array(report->ci_upper)},
       {"repeated_p", Value::array(report->p)},
       {"test_actions", Value::array(report->actions)},
       {"final_stage", stage ? Value::integer(static_cast<std::int64_t>(*stage)) : Value()},
       {"final_p", Value::array(report->final_p)},
       {"final_ci_lower", Value::array(report->final_lower)},
       {"final_ci_upper", Value::array(report->final_upper)},
       {"median_unbiased", Value::array(report->median_unbiased)}});
}

constexpr Method kMethods[] = {
    {"next_spending_bound", "the bound of the next look, given what earlier looks left behind",
     next_spending_bound},
    {"repeated_ci_and_p", "repeated intervals and p-values, and the inference at the stop",
     repeated_ci_and_p},
    {"repeated_p_value", "the smallest alpha at which the present look would reject",
     repeated_p_value},
    {"stagewise_inference", "p-values, interval and median-unbiased estimate of a stopped test",
     stagewise_inference},
};

}  // namespace

std::span<const Method> group_sequential_analysis_methods() {
  return kMethods;
}

}  // namespace converge::calc
