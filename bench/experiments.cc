#include "bench/experiments.h"

#include <array>

#include "base/check.h"
#include "engine/codec/definition.h"
#include "engine/codec/json.h"
#include "engine/promote/apply.h"

namespace converge::bench {
namespace {

// Two of five experiments have a condition.
constexpr int kConditionsOf = 5;
constexpr int kConditionsIn = 2;

constexpr std::array kCountries = {"DE", "FR", "AT", "US"};
constexpr std::array kBrowsers = {"firefox", "chrome", "safari"};

std::string experiment(int number, int count) {
  std::string text = R"({"key":"experiment-)" + std::to_string(number) +
                     R"(","status":"running","unit":"user_id",)";
  if (number * kConditionsOf < kConditionsIn * count) {
    text += R"("condition":{"country":{"$in":["DE","FR"]},"age":{"$gte":18}},)";
  }
  return text +
         R"("variants":[{"key":"control","weight":50,"value":0},{"key":"new","weight":50,"value":1}],)"
         R"("metrics":[{"metric":"c","role":"success"}]})";
}

}  // namespace

std::shared_ptr<const Assigner> assigner_of(int experiments) {
  std::string document =
      R"({"apiVersion":"converge/v1","units":{"user_id":"id"},)"
      R"("metrics":{"c":{"type":"conversion","event":"e","window":"1d"}},"experiments":[)";
  for (int i = 0; i < experiments; ++i) {
    document += (i == 0 ? "" : ",") + experiment(i, experiments);
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

std::vector<User> users(int count) {
  std::vector<User> made;
  made.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(i);
    const std::int64_t number = std::int64_t{i} * 7'919 % 1'000'003;
    made.push_back(
        {"user-" + std::to_string(number),
         Value::object({{"country", Value::string(kCountries[index % kCountries.size()])},
                        {"age", Value::integer(10 + i % 60)},
                        {"browser", Value::string(kBrowsers[index % kBrowsers.size()])}})});
  }
  return made;
}

}  // namespace converge::bench
