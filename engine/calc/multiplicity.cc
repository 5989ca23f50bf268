#include <array>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/multiplicity/families.h"
#include "stats/multiplicity/holm.h"
#include "stats/multiplicity/holm_sidak.h"
#include "stats/multiplicity/hommel.h"
#include "stats/multiplicity/intervals.h"
#include "stats/multiplicity/single_step.h"
#include "stats/multiplicity/step_up.h"

namespace converge::calc {
namespace {

Value correction(const std::vector<double>& adjusted, double alpha) {
  std::vector<bool> rejected;
  rejected.reserve(adjusted.size());
  for (const double p : adjusted) rejected.push_back(p <= alpha);
  return Value::object({{"adjusted_p", figures(adjusted)}, {"reject", flags(rejected)}});
}

Status check_alpha(Inputs& inputs, double alpha) {
  if (!(alpha > 0 && alpha < 1)) inputs.refuse("alpha", "a number between 0 and 1, both excluded");
  return inputs.status();
}

Result<Value> multiple_testing(Inputs inputs) {
  struct Correction {
    const char* name;
    Result<std::vector<double>> (*adjust)(std::span<const double>);
  };
  static constexpr std::array<Correction, 8> kCorrections{
      {{"bonferroni", stats::bonferroni_adjusted},
       {"fdr_bh", stats::benjamini_hochberg_adjusted},
       {"fdr_by", stats::benjamini_yekutieli_adjusted},
       {"holm", stats::holm_adjusted},
       {"holm_sidak", stats::holm_sidak_adjusted},
       {"hommel", stats::hommel_adjusted},
       {"sidak", stats::sidak_adjusted},
       {"simes_hochberg", stats::hochberg_adjusted}}};
  const std::vector<double> p = inputs.numbers("p");
  const double alpha = inputs.number("alpha");
  if (const Status read = check_alpha(inputs, alpha); !read) return read.error();
  Value::Object outputs;
  for (const Correction& one : kCorrections) {
    const auto adjusted = one.adjust(p);
    if (!adjusted) return adjusted.error();
    outputs.emplace_back(one.name, correction(*adjusted, alpha));
  }
  const auto two_stage = stats::two_stage_rejections(p, alpha);
  if (!two_stage) return two_stage.error();
  outputs.emplace_back("fdr_tsbky", Value::object({{"reject", flags(*two_stage)}}));
  return Value::object(std::move(outputs));
}

Result<Value> preferential_bonferroni(Inputs inputs) {
  const std::vector<double> p = inputs.numbers("p");
  const std::vector<double> weights = inputs.numbers("weights");
  const double alpha = inputs.number("alpha");
  if (const Status read = check_alpha(inputs, alpha); !read) return read.error();
  const auto adjusted = stats::preferential_bonferroni_adjusted(p, weights);
  if (!adjusted) return adjusted.error();
  return correction(*adjusted, alpha);
}

Result<Value> family_verdicts(Inputs inputs) {
  static constexpr std::array<std::pair<const char*, stats::FamilyKind>, 3> kKinds{
      {{"success", stats::FamilyKind::kSuccess},
       {"non_inferiority", stats::FamilyKind::kNonInferiority},
       {"deterioration", stats::FamilyKind::kDeterioration}}};
  std::vector<stats::LabelledP> hypotheses;
  for (Inputs item : inputs.objects("hypotheses")) {
    stats::LabelledP hypothesis{.kind = stats::FamilyKind::kSuccess,
                                .group = item.text_or("group", ""),
                                .label = item.text_or("label", ""),
                                .p = item.number("p")};
    const std::string kind = item.text("kind");
    bool known = false;
    for (const auto& [name, value] : kKinds) {
      if (kind != name) continue;
      hypothesis.kind = value;
      known = true;
    }
    if (!known) item.refuse("kind", "\"success\", \"non_inferiority\" or \"deterioration\"");
    hypotheses.push_back(std::move(hypothesis));
  }
  const double alpha = inputs.number("alpha");
  const stats::FamilyAlphas alphas{.success = alpha,
                                   .deterioration = inputs.number_or("alpha_deterioration", alpha)};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto verdicts = stats::family_verdicts(hypotheses, alphas);
  if (!verdicts) return verdicts.error();
  Value::Array rows;
  for (const stats::FamilyVerdict& verdict : verdicts->hypotheses) {
    rows.push_back(Value::object({{"adjusted_p", figure(verdict.p_adjusted)},
                                  {"alpha", figure(verdict.alpha)},
                                  {"group", Value::string(verdict.hypothesis.group)},
                                  {"label", Value::string(verdict.hypothesis.label)},
                                  {"reject", Value::boolean(verdict.rejected)}}));
  }
  Value::Array groups;
  for (const stats::GroupVerdict& group : verdicts->groups) {
    groups.push_back(Value::object({{"all_passed", Value::boolean(group.all_passed)},
                                    {"group", Value::string(group.group)},
                                    {"p", figure(group.p)}}));
  }
  return Value::object(
      {{"groups", Value::array(std::move(groups))}, {"hypotheses", Value::array(std::move(rows))}});
}

Result<Value> simultaneous_intervals(Inputs inputs) {
  std::vector<stats::Estimate> estimates;
  for (Inputs item : inputs.objects("estimates")) {
    stats::Estimate estimate;
    estimate.value = item.number("estimate");
    estimate.standard_error = item.number("se");
    estimate.dof = item.number_or("df", estimate.dof);
    estimates.push_back(estimate);
  }
  const std::string adjustment = inputs.text("adjustment");
  const double alpha = inputs.number("alpha");
  if (adjustment != "bonferroni" && adjustment != "holm" && adjustment != "fdr_bh") {
    inputs.refuse("adjustment", "\"bonferroni\", \"holm\" or \"fdr_bh\"");
  }
  if (const Status read = inputs.status(); !read) return read.error();
  const auto intervals = adjustment == "bonferroni" ? stats::bonferroni_intervals(estimates, alpha)
                         : adjustment == "holm"
                             ? stats::holm_intervals(estimates, alpha)
                             : stats::false_coverage_rate_intervals(estimates, alpha);
  if (!intervals) return intervals.error();
  Value::Array rows;
  for (const stats::AdjustedInterval& one : *intervals) {
    rows.push_back(Value::object({{"adjusted_p", figure(one.p_adjusted)},
                                  {"ci", bounds(one.interval)},
                                  {"excludes_zero", Value::boolean(one.excludes_zero)},
                                  {"level", figure(one.interval.level)}}));
  }
  return Value::object({{"intervals", Value::array(std::move(rows))}});
}

constexpr Method kMethods[] = {
    {"family_verdicts", "success by Holm, non-inferiority all must pass, deterioration Bonferroni",
     family_verdicts},
    {"multiple_testing", "p values adjusted in nine ways", multiple_testing},
    {"preferential_bonferroni", "Bonferroni with a share of alpha for each",
     preferential_bonferroni},
    {"simultaneous_intervals", "intervals that match Bonferroni, Holm or Benjamini-Hochberg",
     simultaneous_intervals},
};

}  // namespace

std::span<const Method> multiplicity_methods() {
  return kMethods;
}

}  // namespace converge::calc
