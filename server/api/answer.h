#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/model/value.h"
#include "server/http/message.h"

/// How answers look: JSON documents, and RFC 9457 problem details for every error.
namespace converge {

Response json_answer(const Value& document);
Response text_answer(std::string content_type, std::string body);

/// application/problem+json with type, title, status, detail and the members of `more`. 503 carries
/// Retry-After and 401 WWW-Authenticate.
Response problem(int status, std::string_view detail, const Value::Object& more);
/// The same with the member "code".
Response coded_problem(int status, std::string_view code, std::string_view detail);
Response problem(const Error& error);

/// A new Errc without a status does not compile.
int http_status(Errc code);

}  // namespace converge
