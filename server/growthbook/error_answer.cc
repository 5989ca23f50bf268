#include "server/growthbook/error_answer.h"

#include "engine/codec/json.h"
#include "server/api/answer.h"

namespace converge {

Response growthbook_failure(int status, std::string_view code, std::string_view detail) {
  Response response = coded_problem(status, code, detail);
  response.content_type = "application/json";
  response.body = to_json(Value::object(
      {{"status", Value::integer(status)}, {"error", Value::string(std::string(detail))}}));
  return response;
}

Response growthbook_error(const Error& error) {
  return growthbook_failure(http_status(error.code), name_of(error.code), error.message);
}

}  // namespace converge
