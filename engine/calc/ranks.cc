#include "engine/calc/interval_level.h"
#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/proportions/one_proportion.h"
#include "stats/ranks/brunner_munzel.h"
#include "stats/ranks/mann_whitney.h"
#include "stats/ranks/net_promoter.h"
#include "stats/ranks/rank_table.h"
#include "stats/ranks/rating_groups.h"

namespace converge::calc {
namespace {

using stats::RankTable;

using ReadTable = Result<RankTable> (*)(Inputs&);

/// Raw values "a" and "b".
Result<RankTable> table_of_values(Inputs& inputs) {
  const std::vector<double> a = inputs.numbers("a");
  const std::vector<double> b = inputs.numbers("b");
  return stats::rank_table_of(a, b);
}

/// Counts per rating, lowest rating first.
Result<RankTable> table_of_counts(Inputs& inputs) {
  const std::vector<std::int64_t> a = inputs.counts("counts_a");
  const std::vector<std::int64_t> b = inputs.counts("counts_b");
  return stats::rank_table_of_counts(a, b);
}

template <ReadTable read_table>
Result<Value> mann_whitney(Inputs inputs) {
  const Result<RankTable> table = read_table(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  if (!table) return table.error();
  const Result<stats::MannWhitney> test = stats::mann_whitney(*table);
  if (!test) return test.error();
  return Value::object({{"U_b", figure(test->u_b)},
                        {"prob_superiority", figure(test->probability_of_superiority)},
                        {"z", figure(test->continuity_corrected.z)},
                        {"p_two_sided", figure(test->continuity_corrected.p_two_sided)},
                        {"p_greater", figure(test->continuity_corrected.p_greater)},
                        {"p_less", figure(test->continuity_corrected.p_less)},
                        {"z_no_continuity", figure(test->plain.z)},
                        {"p_two_sided_no_continuity", figure(test->plain.p_two_sided)},
                        {"p_greater_no_continuity", figure(test->plain.p_greater)},
                        {"p_less_no_continuity", figure(test->plain.p_less)}});
}

template <ReadTable read_table>
Result<Value> brunner_munzel(Inputs inputs) {
  const Result<RankTable> table = read_table(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  if (!table) return table.error();
  const Result<stats::BrunnerMunzel> test = stats::brunner_munzel(*table, {.alpha = level.alpha});
  if (!test) return test.error();
  return Value::object({{"prob_superiority", figure(test->probability_of_superiority)},
                        {"se", figure(test->standard_error)},
                        {level.name, bounds(test->interval)},
                        {"t", figure(test->t)},
                        {"df", figure(test->dof)},
                        {"p_two_sided", figure(test->p_two_sided)},
                        {"p_greater", figure(test->p_greater)},
                        {"p_less", figure(test->p_less)}});
}

stats::NetPromoterCounts net_promoter_counts(Inputs answers) {
  return {.detractors = answers.count("detractors"),
          .passives = answers.count("passives"),
          .promoters = answers.count("promoters")};
}

Result<Value> net_promoter_score(Inputs inputs) {
  const stats::NetPromoterCounts counts = net_promoter_counts(inputs);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto score = stats::net_promoter_score(counts, {.alpha = level.alpha});
  if (!score) return score.error();
  return Value::object({{"score", figure(score->score)},
                        {"se", figure(score->standard_error)},
                        {level.name, bounds(score->interval)}});
}

Result<Value> net_promoter_difference(Inputs inputs) {
  const stats::NetPromoterCounts a = net_promoter_counts(inputs.object("a"));
  const stats::NetPromoterCounts b = net_promoter_counts(inputs.object("b"));
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const auto difference = stats::net_promoter_difference(a, b, {.alpha = level.alpha});
  if (!difference) return difference.error();
  return Value::object({{"difference", figure(difference->estimate)},
                        {"se", figure(difference->standard_error)},
                        {level.name, bounds(difference->interval)},
                        {"score_" + level.name, bounds(difference->score_interval)},
                        {"z", figure(difference->z)},
                        {"p_two_sided", figure(difference->p_two_sided)}});
}

Result<Value> net_promoter_groups(Inputs inputs) {
  const std::vector<std::int64_t> ratings = inputs.counts("counts");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::NetPromoterCounts> counts = stats::net_promoter_counts(ratings);
  if (!counts) return counts.error();
  return Value::object({{"detractors", Value::integer(counts->detractors)},
                        {"passives", Value::integer(counts->passives)},
                        {"promoters", Value::integer(counts->promoters)}});
}

Result<Value> top_box_proportion(Inputs inputs) {
  const std::vector<std::int64_t> ratings = inputs.counts("counts");
  const std::int64_t boxes = inputs.count_or("top_boxes", 2);
  const IntervalLevel level = interval_level(inputs);
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<stats::BinomialCount> count = stats::top_boxes(ratings, boxes);
  if (!count) return count.error();
  const Result<stats::Interval> interval = stats::wilson_interval(*count, {.alpha = level.alpha});
  if (!interval) return interval.error();
  return Value::object({{"x", Value::integer(count->successes)},
                        {"n", Value::integer(count->trials)},
                        {"proportion", figure(count->share())},
                        {level.name, bounds(*interval)}});
}

constexpr Method kMethods[] = {
    {"mann_whitney_asymptotic", "rank-sum test of values, corrected for ties",
     mann_whitney<table_of_values>},
    {"mann_whitney_ordinal", "rank-sum test of counts per rating", mann_whitney<table_of_counts>},
    {"brunner_munzel", "probability that b exceeds a, from values",
     brunner_munzel<table_of_values>},
    {"brunner_munzel_ordinal", "probability that b exceeds a, from counts per rating",
     brunner_munzel<table_of_counts>},
    {"net_promoter_score", "net promoter score of one arm", net_promoter_score},
    {"net_promoter_difference", "difference of two net promoter scores", net_promoter_difference},
    {"net_promoter_groups", "detractors, passives, promoters of ratings 0 to 10",
     net_promoter_groups},
    {"top_box_proportion", "share of the highest ratings (customer satisfaction)",
     top_box_proportion},
};

}  // namespace

std::span<const Method> rank_methods() {
  return kMethods;
}

}  // namespace converge::calc
