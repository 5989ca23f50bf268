#include <string>
#include <vector>

#include "engine/calc/method.h"
#include "engine/calc/outputs.h"
#include "stats/bandits/bandit_weights.h"
#include "stats/bayes/best_of_k.h"

namespace converge::calc {
namespace {

struct Allocation {
  std::string rule;
  double floor = 0;
  double beta = 0;
};

Allocation read_allocation(Inputs inputs) {
  Allocation allocation{.rule = inputs.text_or("rule", "thompson"),
                        .floor = inputs.number_or("floor", 0),
                        .beta = inputs.number_or("beta", 0.5)};
  if (allocation.rule != "thompson" && allocation.rule != "top_two") {
    inputs.refuse("rule", "\"thompson\" or \"top_two\"");
  }
  return allocation;
}

stats::BestOfKOptions read_best_is(Inputs inputs) {
  const std::string best_is = inputs.text_or("best_is", "largest");
  if (best_is != "largest" && best_is != "smallest") {
    inputs.refuse("best_is", "\"largest\" or \"smallest\"");
  }
  // Top-two weights divide small probabilities by each other.
  return {.best_is = best_is == "smallest" ? stats::BestIs::kSmallest : stats::BestIs::kLargest,
          .precision = stats::TailPrecision::kRelative};
}

Result<Value> weights(const Allocation& allocation, const std::vector<double>& probability_best) {
  const Result<std::vector<double>> shares =
      allocation.rule == "top_two"
          ? stats::top_two_weights(probability_best,
                                   {.beta = allocation.beta, .floor = allocation.floor})
          : stats::thompson_weights(probability_best, allocation.floor);
  if (!shares) return shares.error();
  return Value::object({{"weights", figures(*shares)}, {"prob_best", figures(probability_best)}});
}

Result<Value> weights(const Allocation& allocation, const Result<stats::BestOfK>& best) {
  if (!best) return best.error();
  return weights(allocation, best->probability_best);
}

Result<Value> bandit_weights(Inputs inputs) {
  const Allocation allocation = read_allocation(inputs);
  const std::vector<double> probability_best = inputs.numbers("prob_best");
  if (const Status read = inputs.status(); !read) return read.error();
  return weights(allocation, probability_best);
}

Result<Value> bandit_weights_beta(Inputs inputs) {
  const Allocation allocation = read_allocation(inputs);
  const stats::BestOfKOptions options = read_best_is(inputs);
  std::vector<stats::BetaPosterior> posteriors;
  for (const std::vector<double>& row : inputs.number_rows("alpha_beta")) {
    if (row.size() != 2) {
      inputs.refuse("alpha_beta", "pairs of numbers");
      break;
    }
    posteriors.push_back({row[0], row[1]});
  }
  if (const Status read = inputs.status(); !read) return read.error();
  return weights(allocation, stats::best_of_betas(posteriors, options));
}

Result<Value> bandit_weights_normal(Inputs inputs) {
  const Allocation allocation = read_allocation(inputs);
  const stats::BestOfKOptions options = read_best_is(inputs);
  const std::vector<double> means = inputs.numbers("mean");
  const std::vector<double> sds = inputs.numbers("sd");
  if (means.size() != sds.size()) inputs.refuse("sd", "as many as of \"mean\"");
  if (const Status read = inputs.status(); !read) return read.error();
  std::vector<stats::NormalPosterior> posteriors;
  for (std::size_t i = 0; i < means.size(); ++i) posteriors.push_back({means[i], sds[i]});
  return weights(allocation, stats::best_of_normals(posteriors, options));
}

constexpr Method kMethods[] = {
    {"bandit_weights", "traffic shares from probabilities to be best, Thompson or top-two",
     bandit_weights},
    {"bandit_weights_beta", "the same from Beta posteriors", bandit_weights_beta},
    {"bandit_weights_normal", "the same from normal posteriors", bandit_weights_normal},
};

}  // namespace

std::span<const Method> bandit_methods() {
  return kMethods;
}

}  // namespace converge::calc
