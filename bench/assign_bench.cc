#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "bench/bench.h"
#include "engine/features/assigner.h"
#include "engine/assign/hash.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"
#include "engine/promote/apply.h"

namespace converge::bench {
namespace {

constexpr int kExperiments = 5;
constexpr std::size_t kUnits = 200'000;

/// Five experiments, two of them with a condition.
std::shared_ptr<const Assigner> five_experiments() {
  std::string document =
      R"({"apiVersion":"converge/v1","metrics":{"c":{"type":"conversion","event":"e","window":"1d"}},"experiments":[)";
  for (int i = 0; i < kExperiments; ++i) {
    const std::string key = "experiment-" + std::to_string(i);
    document.append(i == 0 ? "" : ",")
        .append(R"({"key":")")
        .append(key)
        .append(R"(","status":"running","unit":"user_id","flag":")")
        .append(key)
        .append(R"(",)")
        .append(i < 2 ? R"("condition":{"country":{"$in":["DE","FR"]},"age":{"$gte":18}},)" : "")
        .append(
            R"("variants":[{"key":"control","weight":50,"value":0},{"key":"new","weight":50,"value":1}],)")
        .append(R"("metrics":[{"metric":"c","role":"success"}]})");
  }
  const auto parsed = parse_json(document + "]}");
  CONVERGE_CHECK(parsed.has_value());
  const ReadDefinitions read = read_definitions(*parsed);
  CONVERGE_CHECK(!read.has_errors());
  const auto plan = plan_definitions(Catalog{}, read.definitions, Time{});
  CONVERGE_CHECK(plan.has_value());
  const auto assigner = Assigner::compile(plan->next);
  CONVERGE_CHECK(assigner.has_value());
  return *assigner;
}

const std::vector<std::string>& unit_ids() {
  static const std::vector<std::string> kIds = [] {
    std::vector<std::string> made;
    for (std::size_t i = 0; i < kUnits; ++i)
      made.push_back("user-" + std::to_string(i * 7919 % 1'000'003));
    return made;
  }();
  return kIds;
}

}  // namespace

Workload assign_workload() {
  const auto assigner = five_experiments();
  const Value attributes = Value::object({{"country", Value::string("DE")},
                                          {"age", Value::integer(31)},
                                          {"browser", Value::string("firefox")}});
  return {"assign: 5 experiments, 2 with conditions, distinct units", "the five hashes alone",
          "units",
          [assigner, attributes] {
            return per_second([&] {
              std::size_t in = 0;
              for (const std::string& id : unit_ids()) {
                const auto assignments = assigner->assign(id, attributes, {}, nullptr);
                for (const Assignment& one : *assignments) in += one.in_experiment ? 1U : 0U;
              }
              CONVERGE_CHECK(in > 0);
              return static_cast<double>(kUnits);
            });
          },
          [] {
            return per_second([] {
              long long sum = 0;
              for (const std::string& id : unit_ids()) {
                for (int i = 0; i < kExperiments; ++i)
                  sum += bucket_of("experiment-" + std::to_string(i), id);
              }
              CONVERGE_CHECK(sum > 0);
              return static_cast<double>(kUnits);
            });
          }};
}

}  // namespace converge::bench
