#include "engine/eval/eval.h"

#include <algorithm>
#include <exception>

#include "engine/codec/definition.h"
#include "engine/codec/json.h"

namespace converge::eval {
namespace {

std::vector<Operation> all_operations() {
  std::vector<Operation> all;
  for (const auto& table : {bucketing_operations(), feature_operations(), text_operations()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  std::sort(all.begin(), all.end(),
            [](const Operation& a, const Operation& b) { return a.name < b.name; });
  return all;
}

Error unknown_operation(const std::string& name) {
  std::vector<std::string> known;
  for (const Operation& operation : operations()) known.emplace_back(operation.name);
  const std::string nearest = nearest_name(name, known);
  return {Errc::kNotFound, "op: there is no \"" + name + "\"" +
                               (nearest.empty() ? "; `converge eval --list` prints them all"
                                                : "; did you mean \"" + nearest + "\"?")};
}

Result<Value> answer(std::string_view line) {
  const Result<Value> request =
      parse_json(line, {.depth_max = kRequestDepthMax, .bytes_max = kRequestBytesMax});
  if (!request) return request.error();
  const Value* name = request->find("op");
  if (name == nullptr || name->as_string() == nullptr) {
    return Error{Errc::kInvalidArgument, "expected an object {\"op\": \"...\", ...}"};
  }
  const auto operation =
      std::find_if(operations().begin(), operations().end(),
                   [name](const Operation& each) { return each.name == *name->as_string(); });
  if (operation == operations().end()) return unknown_operation(*name->as_string());
  try {
    Result<Value> result = operation->function(*request);
    return result ? result : result.error().within(*name->as_string());
  } catch (const std::exception& problem) {
    return Error{Errc::kInternal, *name->as_string() + ": " + problem.what()};
  }
}

Answer error_answer(const Error& error) {
  const Value body = Value::object(
      {{"code", Value::string(name_of(error.code))}, {"message", Value::string(error.message)}});
  return {to_json(Value::object({{"error", body}})), true};
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> kAll = all_operations();
  return kAll;
}

Answer answer_line(std::string_view line) {
  const Result<Value> result = answer(line);
  if (!result) return error_answer(result.error());
  return {to_json(Value::object({{"result", *result}})), false};
}

Answer answer_too_long() {
  return error_answer(
      {Errc::kTooLarge, "a request has at most " + std::to_string(kRequestBytesMax) + " bytes"});
}

}  // namespace converge::eval
