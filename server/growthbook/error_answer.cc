#include "server/growthbook/error_answer.h"

#include "engine/codec/json.h"
#include "server/api/answer.h"

namespace converge {

Response growthbook_error(const Error& error) {
  Response response = problem(error);
  response.content_type = "application/json";
  response.body = to_json(Value::object(
      {{"status", Value::integer(response.status)}, {"error", Value::string(error.message)}}));
  return response;
}

}  // namespace converge
