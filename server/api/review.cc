#include <string>

#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

constexpr QueryParameter kReviewQuery[] = {
    {"week", "2026-W47; default: the present week"},
    {"format", "json or md; default: by the Accept header, else json"},
};

Result<IsoWeek> asked_week(const Call& call) {
  const std::string* week = call.request.query_value("week");
  if (week == nullptr) return call.service.engine.zone().week_of(call.service.engine.now());
  Result<IsoWeek> parsed = parse_iso_week(*week);
  if (!parsed) return parsed.error().within("week");
  return parsed;
}

bool accepts(const Request& request, std::string_view type) {
  return request.header("accept").find(type) != std::string_view::npos;
}

Result<bool> wants_markdown(const Request& request) {
  const std::string* format = request.query_value("format");
  if (format == nullptr) return accepts(request, "text/markdown") || accepts(request, "text/html");
  if (*format == "md" || *format == "json") return *format == "md";
  return Error{Errc::kInvalidArgument, "format: md or json is expected, found \"" + *format + "\""};
}

/// A browser shows plain text and would save Markdown as a file.
const char* markdown_type(const Request& request) {
  return accepts(request, "text/html") ? "text/plain; charset=utf-8"
                                       : "text/markdown; charset=utf-8";
}

Status get_review(const Call& call, const Reply& reply) {
  const Result<IsoWeek> week = asked_week(call);
  if (!week) return week.error();
  const Result<bool> as_markdown = wants_markdown(call.request);
  if (!as_markdown) return as_markdown.error();
  const Result<Review> review = call.service.engine.review(*week);
  if (!review) return review.error();
  reply.send(*as_markdown ? text_answer(markdown_type(call.request), to_markdown(*review))
                          : json_answer(to_document(*review)));
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kGet,
     "/v1/review",
     Access::kRead,
     get_review,
     "The weekly review: figures, decisions and their reasons per experiment",
     Answer("Review").or_text("text/markdown; charset=utf-8"),
     {},
     kReviewQuery},
};

}  // namespace

std::span<const Route> review_routes() {
  return kRoutes;
}

}  // namespace converge
