#include <string>
#include <utility>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "engine/calc/samples.h"
#include "stats/means/cluster_robust.h"
#include "stats/means/log_ratio_lift.h"
#include "stats/means/ratio_moments.h"
#include "stats/means/relative_lift.h"

namespace converge::calc {
namespace {

struct RatioArm {
  stats::Sample sample;
  double denominator_cv = 0;
};

Result<RatioArm> ratio_of_clusters(const std::vector<std::vector<double>>& clusters,
                                   const std::string& name) {
  std::vector<double> numerators;
  std::vector<double> denominators;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    if (clusters[i].size() != 2) {
      return Error{Errc::kInvalidArgument,
                   name + "[" + std::to_string(i) + "]: expected [numerator, denominator]"};
    }
    numerators.push_back(clusters[i][0]);
    denominators.push_back(clusters[i][1]);
  }
  const Result<stats::RatioMoments> moments = stats::ratio_moments_of(numerators, denominators);
  if (!moments) return moments.error().within(name);
  const Result<stats::Sample> sample = stats::ratio_sample_of(*moments);
  if (!sample) return sample.error().within(name);
  const Result<double> cv = stats::denominator_cv(*moments);
  if (!cv) return cv.error().within(name);
  return RatioArm{*sample, *cv};
}

struct RatioArms {
  RatioArm a;
  RatioArm b;
};

Result<RatioArms> read_clusters(Inputs inputs) {
  const std::vector<std::vector<double>> clusters_a = inputs.number_rows("clusters_a_num_den");
  const std::vector<std::vector<double>> clusters_b = inputs.number_rows("clusters_b_num_den");
  if (const Status read = inputs.status(); !read) return read.error();
  const Result<RatioArm> a = ratio_of_clusters(clusters_a, "clusters_a_num_den");
  if (!a) return a.error();
  const Result<RatioArm> b = ratio_of_clusters(clusters_b, "clusters_b_num_den");
  if (!b) return b.error();
  return RatioArms{*a, *b};
}

Result<Value> ratio_metric_cluster_robust(Inputs inputs) {
  const Result<RatioArms> arms = read_clusters(std::move(inputs));
  if (!arms) return arms.error();
  const Result<stats::ClusterRobustRatios> result =
      stats::cluster_robust_ratios(arms->a.sample, arms->b.sample);
  if (!result) return result.error();
  return Value::object({{"ratio_a", figure(result->ratio_a)},
                        {"ratio_b", figure(result->ratio_b)},
                        {"diff", figure(result->difference)},
                        {"se_cr0", figure(result->standard_error_cr0)},
                        {"se_cr1", figure(result->standard_error_cr1)}});
}

Result<Value> ratio_relative_lift(Inputs inputs) {
  const double alpha = inputs.number_or("alpha", 0.05);
  const Result<RatioArms> arms = read_clusters(inputs);
  if (!arms) return arms.error();
  const Result<stats::WelchLift> lift =
      stats::welch_relative_lift(arms->a.sample, arms->b.sample, {.alpha = alpha});
  if (!lift) return lift.error();
  const Result<stats::LogRatioLift> log_ratio =
      stats::log_ratio_lift(arms->a.sample, arms->b.sample, {.alpha = alpha});
  Value::Object members = members_of_lift(*lift);
  members.emplace_back("ratio_a", figure(arms->a.sample.mean));
  members.emplace_back("ratio_b", figure(arms->b.sample.mean));
  members.emplace_back("log_ratio_lift_ci", log_ratio ? bounds(log_ratio->interval) : Value());
  members.emplace_back("denominator_cv_a", figure(arms->a.denominator_cv));
  members.emplace_back("denominator_cv_b", figure(arms->b.denominator_cv));
  return Value::object(std::move(members));
}

constexpr Method kMethods[] = {
    {"ratio_metric_cluster_robust", "difference of ratios of sums, errors clustered in units",
     ratio_metric_cluster_robust},
    {"ratio_relative_lift", "Welch's t for ratios of sums and the lift by the same inversion",
     ratio_relative_lift},
};

}  // namespace

std::span<const Method> ratio_methods() {
  return kMethods;
}

}  // namespace converge::calc
