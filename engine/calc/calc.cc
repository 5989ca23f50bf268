#include "engine/calc/calc.h"

#include <algorithm>
#include <exception>

#include "engine/codec/definition.h"
#include "engine/codec/json.h"

namespace converge::calc {
namespace {

std::vector<Method> all_methods() {
  std::vector<Method> all;
  for (const auto& table : {adjustment_methods(),
                            bandit_methods(),
                            bayes_effect_methods(),
                            bayes_methods(),
                            e_value_methods(),
                            effect_methods(),
                            effect_size_methods(),
                            group_sequential_analysis_methods(),
                            group_sequential_methods(),
                            group_sequential_power_methods(),
                            lift_methods(),
                            mean_methods(),
                            multiplicity_methods(),
                            planning_methods(),
                            planning_metric_methods(),
                            planning_sequential_methods(),
                            planning_traffic_methods(),
                            proportion_exact_methods(),
                            proportion_methods(),
                            proportion_score_methods(),
                            quality_methods(),
                            quantile_methods(),
                            rank_methods(),
                            rate_methods(),
                            ratio_methods(),
                            sequential_boundary_methods(),
                            sequential_methods(),
                            strata_methods(),
                            sum_methods(),
                            tail_methods()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  std::sort(all.begin(), all.end(),
            [](const Method& left, const Method& right) { return left.name < right.name; });
  return all;
}

Error unknown_method(std::string_view name) {
  std::vector<std::string> known;
  for (const Method& method : methods()) known.emplace_back(method.name);
  const std::string nearest = nearest_name(std::string(name), known);
  return {Errc::kNotFound, "method: there is no \"" + std::string(name) + "\"" +
                               (nearest.empty() ? "; `converge calc --list` prints them all"
                                                : "; did you mean \"" + nearest + "\"?")};
}

struct Request {
  std::string method;
  Value inputs;
};

Result<Request> parse_request(std::string_view line) {
  const Result<Value> parsed = parse_json(line);
  if (!parsed) return parsed.error();
  const Value* method = parsed->find("method");
  const Value* inputs = parsed->find("inputs");
  if (method == nullptr || method->as_string() == nullptr || inputs == nullptr) {
    return Error{Errc::kInvalidArgument,
                 "expected an object {\"method\": \"...\", \"inputs\": {...}}"};
  }
  return Request{*method->as_string(), *inputs};
}

}  // namespace

const std::vector<Method>& methods() {
  static const std::vector<Method> kAll = all_methods();
  return kAll;
}

Result<Value> calculate(std::string_view name, const Value& inputs) {
  const auto method = std::lower_bound(
      methods().begin(), methods().end(), name,
      [](const Method& left, std::string_view right) { return left.name < right; });
  if (method == methods().end() || method->name != name) return unknown_method(name);
  try {
    return method->function(Inputs(inputs));
  } catch (const std::exception& problem) {
    return Error{Errc::kInternal, std::string(name) + ": " + problem.what()};
  }
}

Answer answer_line(std::string_view line) {
  const Result<Request> request = parse_request(line);
  const Result<Value> outputs =
      request ? calculate(request->method, request->inputs) : Result<Value>(request.error());
  const Value method = request ? Value::string(request->method) : Value();
  if (outputs) return {to_json(Value::object({{"method", method}, {"outputs", *outputs}})), false};
  const Value error = Value::object({{"code", Value::string(name_of(outputs.error().code))},
                                     {"message", Value::string(outputs.error().message)}});
  return {to_json(Value::object({{"method", method}, {"error", error}})), true};
}

}  // namespace converge::calc
