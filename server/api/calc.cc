#include "engine/calc/calc.h"

#include "engine/codec/json.h"
#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

Status post_calc(const Call& call, const Reply& reply) {
  const Result<Value> inputs = parse_json(call.request.body);
  if (!inputs) return inputs.error();
  const Result<Value> outputs = calc::calculate(call.key, *inputs);
  if (!outputs) return outputs.error();
  reply.send(
      json_answer(Value::object({{"method", Value::string(call.key)}, {"outputs", *outputs}})));
  return {};
}

Status get_calc(const Call&, const Reply& reply) {
  Value::Array methods;
  for (const calc::Method& method : calc::methods()) {
    methods.push_back(Value::object({{"method", Value::string(std::string(method.name))},
                                     {"summary", Value::string(std::string(method.summary))}}));
  }
  reply.send(json_answer(Value::object({{"methods", Value::array(std::move(methods))}})));
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kGet, "/v1/calc", Access::kRead, get_calc, "The statistical methods by name", "Methods"},
    {Verb::kPost,
     "/v1/calc/{method}",
     Access::kRead,
     post_calc,
     "One statistical method: its inputs as a JSON object, its outputs as the answer",
     "MethodOutputs",
     "MethodInputs",
     {},
     "name of the method"},
};

}  // namespace

std::span<const Route> calc_routes() {
  return kRoutes;
}

}  // namespace converge
