#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/quality/exact_multinomial.h"
#include "stats/quality/segment_srm.h"
#include "stats/quality/share_homogeneity.h"
#include "stats/quality/share_limit.h"
#include "stats/quality/srm_chi_square.h"
#include "stats/quality/strata_srm.h"

namespace converge::calc {
namespace {

Value chi_square_figures(const stats::ChiSquareSrm& test) {
  return Value::object({{"chi2", figure(test.chi_square)},
                        {"df", figure(static_cast<double>(test.dof))},
                        {"p_value", figure(test.p)},
                        {"zero_weight_counted", Value::boolean(test.zero_weight_counted)}});
}

Result<Value> srm_chi_square(Inputs inputs) {
  const std::vector<std::int64_t> counts = inputs.counts("counts");
  const std::vector<double> weights = inputs.numbers("weights");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto test = stats::srm_chi_square({.counts = counts, .weights = weights});
  if (!test) return test.error();
  return chi_square_figures(*test);
}

Result<Value> exact_srm(Inputs inputs) {
  const std::vector<std::int64_t> counts = inputs.counts("counts");
  const std::vector<double> weights = inputs.numbers("weights");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto p = stats::exact_multinomial_p(counts, weights);
  if (!p) return p.error();
  return Value::object({{"p_value", figure(*p)}});
}

Result<Value> segment_srm(Inputs inputs) {
  const std::vector<std::vector<std::int64_t>> counts = inputs.count_rows("counts");
  const std::vector<double> weights = inputs.numbers("weights");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto segments = stats::segment_srm(counts, weights);
  if (!segments) return segments.error();
  Value::Array rows;
  for (const stats::SegmentSrm& segment : *segments) {
    rows.push_back(Value::object(
        {{"adjusted_p", figure(segment.p_adjusted)}, {"test", chi_square_figures(segment.test)}}));
  }
  return Value::object({{"segments", Value::array(std::move(rows))}});
}

Result<Value> strata_srm(Inputs inputs) {
  std::vector<stats::SrmStratum> strata;
  for (Inputs item : inputs.objects("strata")) {
    strata.push_back({.counts = item.counts("counts"), .weights = item.numbers("weights")});
  }
  const double concentration = inputs.number("dirichlet_concentration");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto test = stats::strata_srm(strata, concentration);
  if (!test) return test.error();
  Value::Array refuted;
  for (const std::size_t stratum : test->refuted) {
    refuted.push_back(figure(static_cast<double>(stratum)));
  }
  return Value::object({{"log_bayes_factor", figure(test->log_e)},
                        {"log_bayes_factor_strata", figures(test->log_e_stratum)},
                        {"p_value", figure(test->p)},
                        {"strata_refuted", Value::array(std::move(refuted))}});
}

Result<Value> crossover_share(Inputs inputs) {
  const stats::ShareLimitInputs limit{.events = inputs.count("crossed"),
                                      .units = inputs.count("units"),
                                      .limit = inputs.number("limit"),
                                      .alpha = inputs.number("alpha")};
  if (const Status read = inputs.status(); !read) return read.error();
  const auto result = stats::share_limit(limit);
  if (!result) return result.error();
  return Value::object({{"above", Value::boolean(result->above)},
                        {"ci", bounds(result->interval)},
                        {"share", figure(result->share)},
                        {"surely_above", Value::boolean(result->surely_above)},
                        {"surely_below", Value::boolean(result->surely_below)}});
}

Result<Value> share_homogeneity(Inputs inputs, const char* events_name) {
  const std::vector<std::int64_t> events = inputs.counts(events_name);
  const std::vector<std::int64_t> units = inputs.counts("units");
  if (const Status read = inputs.status(); !read) return read.error();
  const auto test = stats::share_homogeneity(events, units);
  if (!test) return test.error();
  return Value::object({{"chi2", figure(test->chi_square)},
                        {"df", figure(static_cast<double>(test->dof))},
                        {"p_chi_square", figure(test->p_chi_square)},
                        {"p_exact", figure(test->p_exact)},
                        {"p_value", figure(test->p)},
                        {"shares", figures(test->shares)}});
}

Result<Value> exclusion_balance(Inputs inputs) {
  return share_homogeneity(std::move(inputs), "excluded");
}
Result<Value> merge_rate_balance(Inputs inputs) {
  return share_homogeneity(std::move(inputs), "linked");
}

constexpr Method kMethods[] = {
    {"crossover_share", "share of units in several arms against a limit, Wilson's bounds",
     crossover_share},
    {"exclusion_balance", "are units left out alike in every arm", exclusion_balance},
    {"merge_rate_balance", "are ids linked alike in every arm", merge_rate_balance},
    {"segment_srm", "sample ratio mismatch within segments, Holm", segment_srm},
    {"srm_chi_square", "sample ratio mismatch, Pearson's chi-square, one look", srm_chi_square},
    {"srm_exact_binomial", "sample ratio mismatch of two arms, exact", exact_srm},
    {"srm_exact_multinomial", "sample ratio mismatch of several arms, exact", exact_srm},
    {"strata_srm", "sequential sample ratio mismatch over phases", strata_srm},
};

}  // namespace

std::span<const Method> quality_methods() {
  return kMethods;
}

}  // namespace converge::calc
