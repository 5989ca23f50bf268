#include <string>
#include <utility>

#include "engine/codec/json.h"
#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

constexpr QueryParameter kExplainQuery[] = {
    {"unit", "id of the default unit kind"},
    {"at", "RFC 3339 time; default: now"},
    {"attributes", "a JSON object; default: those of the unit's last exposure before that time"},
};

Result<ExplainQuestion> read_explain_question(const Request& request) {
  const std::string* unit = request.query_value("unit");
  if (unit == nullptr) {
    return Error{Errc::kInvalidArgument, "unit: expected in the query, as ?unit=u-4711"};
  }
  ExplainQuestion question{*unit, std::nullopt, std::nullopt};
  if (const std::string* at = request.query_value("at")) {
    const Result<Time> time = parse_rfc3339(*at);
    if (!time) return time.error().within("at (write + as %2B)");
    question.at = *time;
  }
  if (const std::string* attributes = request.query_value("attributes")) {
    Result<Value> parsed = parse_json(*attributes);
    if (!parsed) return parsed.error().within("attributes");
    question.attributes = *std::move(parsed);
  }
  return question;
}

Status get_explain(const Call& call, const Reply& reply) {
  const Result<ExplainQuestion> question = read_explain_question(call.request);
  if (!question) return question.error();
  const Result<UnitExplanation> explanation = call.service.engine.explain(*question);
  if (!explanation) return explanation.error();
  reply.send(json_answer(to_document(*explanation)));
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kGet,
     "/v1/explain",
     Access::kRead,
     get_explain,
     "Why a unit gets what it gets, now or at a past moment, rule by rule",
     "Explanation",
     {},
     kExplainQuery},
};

}  // namespace

std::span<const Route> explain_routes() {
  return kRoutes;
}

}  // namespace converge
