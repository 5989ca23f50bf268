#include "server/api/answer.h"

#include "engine/codec/json.h"

namespace converge {

Response json_answer(const Value& document) {
  return text_answer("application/json", to_json(document));
}

Response text_answer(std::string content_type, std::string body) {
  return Response{200, std::move(content_type), {{"Cache-Control", "no-store"}}, std::move(body)};
}

Response problem(int status, std::string_view detail, const Value::Object& more) {
  Value::Object members{{"type", Value::string("about:blank")},
                        {"title", Value::string(std::string(reason_phrase(status)))},
                        {"status", Value::integer(status)},
                        {"detail", Value::string(std::string(detail))}};
  members.insert(members.end(), more.begin(), more.end());
  Response response{status,
                    "application/problem+json",
                    {{"Cache-Control", "no-store"}},
                    to_json(Value::object(std::move(members)))};
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Response coded_problem(int status, std::string_view code, std::string_view detail) {
  return problem(status, detail, {{"code", Value::string(std::string(code))}});
}

Response problem(const Error& error) {
  return coded_problem(http_status(error.code), name_of(error.code), error.message);
}

int http_status(Errc code) {
  switch (code) {
    case Errc::kInvalidArgument:
      return 400;
    case Errc::kNotFound:
      return 404;
    case Errc::kConflict:
    case Errc::kInsufficientData:
      return 409;
    case Errc::kTooLarge:
      return 413;
    case Errc::kUnavailable:
      return 503;
    case Errc::kUnauthorized:
      return 401;
    case Errc::kForbidden:
      return 403;
    case Errc::kUnsupported:
      return 501;
    case Errc::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace converge
