#include <string>

#include "engine/sticky/sticky_document.h"
#include "server/api/answer.h"
#include "server/api/route.h"

namespace converge {
namespace {

constexpr QueryParameter kStickyQuery[] = {
    {"attribute", "name of the attribute that carries the id, for example id"},
    {"value", "the id"},
};

Status get_sticky(const Call& call, const Reply& reply) {
  const std::string* attribute = call.request.query_value("attribute");
  const std::string* value = call.request.query_value("value");
  if (attribute == nullptr || value == nullptr) {
    return Error{Errc::kInvalidArgument,
                 std::string(attribute == nullptr ? "attribute" : "value") +
                     ": expected in the query, as ?attribute=id&value=u-4711"};
  }
  const StickyUnit unit{*attribute, *value};
  const auto documents = call.service.engine.sticky().find({&unit, 1});
  if (!documents) return documents.error();
  reply.send(json_answer(to_document(documents->front())));
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kGet,
     "/v1/sticky",
     Access::kRead,
     get_sticky,
     "What a unit was given and keeps; evaluates nothing",
     "StickyDocument",
     {},
     kStickyQuery},
};

}  // namespace

std::span<const Route> sticky_routes() {
  return kRoutes;
}

}  // namespace converge
