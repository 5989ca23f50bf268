#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/bench.h"
#include "bench/experiments.h"
#include "bench/sdk_process.h"
#include "engine/assign/hash.h"
#include "engine/features/assigner.h"

/// Decisions in process: against the hashes that no implementation can leave out, and against the
/// SDKs that decide in the application otherwise.
namespace converge::bench {
namespace {

constexpr int kExperiments = 5;
constexpr int kUsers = 200'000;

constexpr int kNewVariation = 1;

struct Decided {
  double per_second = 0;
  std::int64_t for_new = 0;  ///< decisions for the variant "new"
};

/// What an application in this process does with one flag: it asks for its value, for a user whose
/// attributes it has.
Decided decide_one(const Evaluator& evaluator, const std::vector<EvaluationContext>& all) {
  const std::string flag = evaluator.features().features.begin()->first;
  Decided decided;
  decided.per_second = per_second([&] {
    for (const EvaluationContext& context : all) {
      decided.for_new += evaluator.value_of(flag, context).variation == kNewVariation ? 1 : 0;
    }
    return static_cast<double>(all.size());
  });
  CONVERGE_CHECK(decided.for_new > 0);
  return decided;
}

/// And with many: it asks for all of a user's.
Decided decide_all(const Evaluator& evaluator, const std::vector<EvaluationContext>& all) {
  std::vector<FeatureValue> decisions(evaluator.features().features.size());
  Decided decided;
  decided.per_second = per_second([&] {
    for (const EvaluationContext& context : all) {
      evaluator.all_values(context, decisions);
      for (const FeatureValue& decision : decisions) {
        decided.for_new += decision.variation == kNewVariation ? 1 : 0;
      }
    }
    return static_cast<double>(all.size() * decisions.size());
  });
  CONVERGE_CHECK(decided.for_new > 0);
  return decided;
}

Decided decide(const Evaluator& evaluator, const std::vector<EvaluationContext>& all) {
  return evaluator.features().features.size() == 1 ? decide_one(evaluator, all)
                                                   : decide_all(evaluator, all);
}

std::vector<EvaluationContext> contexts(int count) {
  std::vector<EvaluationContext> made;
  for (const User& user : users(count)) {
    Value::Object attributes = *user.attributes.as_object();
    attributes.emplace_back("id", Value::string(user.id));
    made.emplace_back().attributes = Value::object(std::move(attributes));
  }
  return made;
}

double assign_all(const Assigner& assigner, const std::vector<User>& all) {
  return per_second([&] {
    std::size_t decisions = 0;
    for (const User& user : all) {
      decisions += assigner.assign(user.id, user.attributes, {}, nullptr)->size();
    }
    return static_cast<double>(decisions);
  });
}

Workload hashes_workload() {
  const auto assigner = assigner_of(kExperiments);
  const auto all = std::make_shared<const std::vector<User>>(users(kUsers));
  return {"assign: 5 experiments, 2 with conditions, distinct units", "the five hashes alone",
          "decisions", [assigner, all] { return assign_all(*assigner, *all); },
          [all] {
            return per_second([&all] {
              long long sum = 0;
              for (const User& user : *all) {
                for (int i = 0; i < kExperiments; ++i)
                  sum += bucket_of("experiment-" + std::to_string(i), user.id);
              }
              CONVERGE_CHECK(sum > 0);
              return static_cast<double>(all->size()) * kExperiments;
            });
          }};
}

/// The SDK decides for fewer users than we do, so that both sides take a similar time.
struct SdkCase {
  Sdk sdk;
  int experiments;
  int our_users;
  int their_users;
};

Workload sdk_workload(const SdkCase& given) {
  const auto assigner = assigner_of(given.experiments);
  const auto all =
      std::make_shared<const std::vector<EvaluationContext>>(contexts(given.our_users));
  const std::int64_t expected = decide(assigner->evaluator(), contexts(given.their_users)).for_new;
  return {"assign: decisions in process, " + std::to_string(given.experiments) +
              (given.experiments == 1 ? " experiment" : " experiments"),
          full_name_of(given.sdk), "decisions",
          [assigner, all] { return decide(assigner->evaluator(), *all).per_second; },
          [given, expected] {
            const SdkDecisions decisions = run_sdk(given.sdk, given.experiments, given.their_users);
            // flagd hashes otherwise; GrowthBook's SDKs must agree with us on every unit.
            CONVERGE_CHECK(given.sdk == Sdk::kFlagdCore || decisions.for_new == expected);
            return decisions.per_second;
          }};
}

}  // namespace

std::vector<Workload> assign_workloads() {
  std::vector<Workload> workloads{hashes_workload()};
  if (!has_sdks()) return workloads;
  for (const Sdk sdk : {Sdk::kGrowthbookClient, Sdk::kGrowthbook, Sdk::kFlagdCore}) {
    workloads.push_back(sdk_workload({sdk, 1, 1'000'000, 100'000}));
    workloads.push_back(sdk_workload({sdk, 100, 20'000, 2'000}));
  }
  return workloads;
}

}  // namespace converge::bench
