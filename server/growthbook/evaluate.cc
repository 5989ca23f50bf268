#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "engine/assign/unit_id.h"
#include "engine/codec/json.h"
#include "engine/growthbook/context_reader.h"
#include "server/api/answer.h"
#include "server/growthbook/error_answer.h"
#include "server/growthbook/handlers.h"

// Remote evaluation: one user's features, as the SDK would evaluate them itself. The exposures that
// are due go with the features, and the SDK tells them when a feature is used.
namespace converge::growthbook {
namespace {

constexpr std::size_t kMembersMax = 1'000;  ///< of attributes and of either kind of forced answers
constexpr std::size_t kUrlBytesMax = 8'192;

Status check_size(std::string_view name, std::size_t size, std::size_t max) {
  if (size <= max) return {};
  return Error{Errc::kTooLarge, std::string(name) + ": at most " + std::to_string(max) + ", not " +
                                    std::to_string(size)};
}

Error expected(std::string_view name, std::string_view what) {
  return {Errc::kInvalidArgument, std::string(name) + ": " + std::string(what) + " is expected"};
}

/// A member that is an object or absent.
Status check_members(const Value& body, std::string_view name) {
  const Value* member = body.find(name);
  if (member == nullptr || member->is_null()) return {};
  const Value::Object* members = member->as_object();
  if (members == nullptr) return expected(name, "an object");
  return check_size(name, members->size(), kMembersMax);
}

/// A list of [key, value], as SDKs send it, or an object.
Status check_forced_features(const Value& body) {
  constexpr std::string_view kName = "forcedFeatures";
  const Value* member = body.find(kName);
  const Value::Array* pairs = member == nullptr ? nullptr : member->as_array();
  if (pairs == nullptr) return check_members(body, kName);
  return check_size(kName, pairs->size(), kMembersMax);
}

Status check_url(const Value& body) {
  const Value* url = body.find("url");
  if (url == nullptr || url->is_null()) return {};
  if (url->as_string() == nullptr) return expected("url", "a text");
  return check_size("bytes of url", url->as_string()->size(), kUrlBytesMax);
}

Status check_question(const Value& body) {
  if (body.as_object() == nullptr) return expected("body", "a JSON object");
  if (Status status = check_members(body, "attributes"); !status) return status;
  if (Status status = check_members(body, "forcedVariations"); !status) return status;
  if (Status status = check_forced_features(body); !status) return status;
  return check_url(body);
}

/// An id that POST /v1/assign refuses counts as missing, so that nothing is kept under it.
Value admitted(const Value& attributes, const Assigner& assigner) {
  Value::Object members = *attributes.as_object();
  for (auto& [name, value] : members) {
    if (!assigner.carries_unit(name)) continue;
    const std::optional<std::string> id = unit_id_text(value);
    if (!id || !check_unit_id(*id)) value = Value();
  }
  return Value::object(std::move(members));
}

/// What the reference SDK reads of the question, and no switches beyond it.
EvaluationContext context_of_question(const Value& body, const Assigner& assigner) {
  Value::Object asked;
  for (const char* name : {"forcedVariations", "forcedFeatures", "url"}) {
    if (const Value* member = body.find(name)) asked.emplace_back(name, *member);
  }
  EvaluationContext context = context_of(Value::object(std::move(asked)));
  const Value* attributes = body.find("attributes");
  if (attributes != nullptr && attributes->as_object() != nullptr) {
    context.attributes = admitted(*attributes, assigner);
  }
  return context;
}

/// A question on its way to its answer. Evaluated again when sticky assignments of another request
/// came first.
struct Asking {
  EvaluationContext context;
  FeatureEvaluation evaluation;
  std::shared_ptr<const FeatureTexts> texts;
  std::string json;

  void evaluate(StickyBuckets* sticky) {
    context.sticky = sticky;
    json.assign(R"({"status":200,"features":)");
    texts->append(json, context);
    append_json_text(json.append(R"(,"dateUpdated":)"), texts->date());
    json.append("}");
  }

  Response answer() {
    Response response = text_answer("application/json", std::move(json));
    // SDKs open the stream only then. The stream of other keys tells rules.
    if (evaluation == FeatureEvaluation::kRemote) {
      response.headers.emplace_back("X-Sse-Support", "enabled");
    }
    return response;
  }
};

std::vector<StickyUnit> sticky_units_of(const Asking& asking) {
  const Assigner& assigner = asking.texts->assigner();
  const Value& attributes = asking.context.attributes;
  const Value* value = attributes.find(assigner.unit_attribute());
  const std::optional<std::string> id = value == nullptr ? std::nullopt : unit_id_text(*value);
  std::vector<StickyUnit> units = assigner.sticky_units(id.value_or(""), attributes, {});
  units.erase(std::remove_if(units.begin(), units.end(),
                             [](const StickyUnit& unit) { return unit.value.empty(); }),
              units.end());
  return units;
}

}  // namespace

Status evaluate(const Call& call, const Reply& reply) {
  if (!call.caller.decryption_key.empty()) {
    return Error{Errc::kInvalidArgument,
                 "this client key is for encrypted payloads, which remote evaluation has not: use "
                 "another client key without a decryption_key"};
  }
  const Result<Value> body = parse_json(call.request.body);
  if (!body) return body.error().within("body");
  if (Status status = check_question(*body); !status) return status;
  Engine& engine = call.service.engine;
  std::shared_ptr<const FeatureTexts> texts = call.texts.features.of(engine.assigner());
  EvaluationContext context = context_of_question(*body, texts->assigner());
  const auto asking = std::make_shared<Asking>(
      Asking{std::move(context), call.caller.evaluation, std::move(texts), {}});
  return engine.sticky().settle(
      sticky_units_of(*asking),
      [asking](StickyBuckets* sticky) {
        asking->evaluate(sticky);
        return Status();
      },
      [asking, reply](const Status& settled) {
        reply.send(settled ? asking->answer() : growthbook_error(settled.error()));
      });
}

}  // namespace converge::growthbook
