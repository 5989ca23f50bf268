#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/codec/json.h"
#include "server/api/answer.h"
#include "server/api/exposure.h"
#include "server/api/route.h"
#include "server/http/entity_tag.h"
#include "server/ofrep/context.h"
#include "server/ofrep/evaluation.h"
#include "server/ofrep/event_stream.h"

// The OpenFeature Remote Evaluation Protocol: evaluations. Errors are the protocol's own:
// its clients take a problem document for an unspecific failure.
namespace converge {
namespace {

constexpr BodyMember kContextBody[] = {
    {"context", MemberKind::kObject, Presence::kOptional,
     "targetingKey (the unit's id, a string) and the attributes that conditions read"},
};

/// What is nobody's fault, or the server's.
constexpr std::string_view kGeneral = "GENERAL";

constexpr QueryParameter kFlagQuery[] = {
    {"expose", "true: log an exposure when the unit is in an experiment; the answer waits for it"},
};

constexpr QueryParameter kStreamQuery[] = {
    {"since", "version of the evaluation that the client has; Last-Event-ID comes first"},
};

Response json_text(int status, std::string body) {
  Response response = text_answer("application/json", std::move(body));
  response.status = status;
  return response;
}

Response failure(int status, std::string_view key, const OfrepError& error) {
  std::string json;
  append_failure(json, key, error);
  return json_text(status, std::move(json));
}

/// Of a whole request for all flags.
Response failure(int status, const OfrepError& error) {
  return json_text(status,
                   to_json(Value::object({{"errorCode", Value::string(std::string(error.code))},
                                          {"errorDetails", Value::string(error.details)}})));
}

/// A question about one flag on its way to its answer. Evaluated again when sticky assignments of
/// another request came first.
struct FlagAsking {
  OfrepContext context;
  std::shared_ptr<const Assigner> assigner;
  ServiceCounters& counters;
  std::optional<Explanation> flag{};

  std::vector<StickyUnit> sticky_units() const { return assigner->sticky_units(context.question); }
  Status evaluate(StickyBuckets* sticky) {
    auto answered = assigner->answer(context.question, sticky);
    if (!answered) return answered.error();
    flag = std::move(answered->front());
    return {};
  }
  void count() const {
    if (!flag->assignment.experiment.str().empty()) counters.assignments.fetch_add(1);
  }
};

/// The same about all flags.
struct FlagsAsking {
  OfrepContext context;
  std::shared_ptr<const FlagTexts> texts;
  ServiceCounters& counters;
  std::string event_streams;
  std::string known_tags;
  std::string json{};

  std::vector<StickyUnit> sticky_units() const {
    return texts->assigner().sticky_units(context.question);
  }
  Status evaluate(StickyBuckets* sticky) {
    json = R"({"flags":)";
    if (Status appended = texts->append(json, context, sticky); !appended) return appended;
    append_json_text(json.append(R"(,"metadata":{"version":)"),
                     texts->assigner().definitions_version());
    json.append("}").append(event_streams).append("}");
    return {};
  }
  void count() const { counters.assignments.fetch_add(texts->experiments()); }
};

/// `refuse` answers an error of the sticky assignments, `answer` what was evaluated.
template <class Asking, class Refuse, class Answer>
void settle(Engine& engine, const std::shared_ptr<Asking>& asking, Refuse refuse, Answer answer) {
  const Status begun = engine.sticky().settle(
      asking->sticky_units(), [asking](StickyBuckets* sticky) { return asking->evaluate(sticky); },
      [refuse, answer, asking](const Status& settled) {
        if (!settled) return refuse(settled.error());
        asking->count();
        answer();
      });
  if (!begun) refuse(begun.error());
}

OfrepError general(const Error& error) {
  return {kGeneral, error.message};
}

/// 503 says when to try again.
Response with_pause(Response response) {
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

/// The key for an answer, which has to be UTF-8: bytes beyond ASCII percent-encoded where they are
/// no text.
std::string nameable(const std::string& key) {
  if (parse_json(to_json(Value::string(key)))) return key;
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string name;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      name += c;
    } else {
      name.append("%").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 0xFU]);
    }
  }
  return name;
}

Response flag_failure(const std::string& key, const Error& error) {
  if (error.code == Errc::kNotFound) {
    return failure(404, nameable(key), {"FLAG_NOT_FOUND", "there is no flag of that key"});
  }
  return with_pause(failure(http_status(error.code), nameable(key), general(error)));
}

Response flag_answer(const FlagAsking& asking) {
  const Explanation& flag = *asking.flag;
  if (const auto error = error_of(flag, asking.context)) {
    return failure(error->code == kGeneral ? 500 : 400, flag.assignment.flag.str(), *error);
  }
  std::string json;
  append_evaluation(json, flag, *asking.assigner);
  return json_text(200, std::move(json));
}

/// Answers when the exposure is durable, where one is due.
Status answer_and_expose(const Service& service, const FlagAsking& asking, const Reply& reply) {
  Response response = flag_answer(asking);
  const Assignment& assignment = asking.flag->assignment;
  const std::string& key = assignment.flag.str();
  auto batch = exposures_of({assignment}, asking.context.question.attributes, service);
  if (!batch) {
    reply.send(failure(400, key, {"INVALID_CONTEXT", batch.error().message}));
    return {};
  }
  if (response.status != 200 || batch->events.empty()) {
    reply.send(std::move(response));
    return {};
  }
  return service.engine.recorder().submit(
      *std::move(batch), [reply, response, key](const Result<RecordReceipt>& receipt) {
        reply.send(receipt ? response : flag_failure(key, receipt.error()));
      });
}

bool is_exposure_asked(const Request& request) {
  const std::string* expose = request.query_value("expose");
  return expose != nullptr && *expose == "true";
}

Status evaluate_flag(const Call& call, const Reply& reply) {
  std::shared_ptr<const Assigner> assigner = call.service.engine.assigner();
  auto context = read_ofrep_context(call.request.body, assigner->unit_attribute());
  if (const auto* error = std::get_if<OfrepError>(&context)) {
    reply.send(failure(400, nameable(call.key), *error));
    return {};
  }
  const auto asking = std::make_shared<FlagAsking>(
      FlagAsking{std::get<OfrepContext>(std::move(context)), std::move(assigner), call.counters});
  asking->context.question.flag = FlagKey(call.key);
  settle(
      call.service.engine, asking,
      [reply, key = call.key](const Error& error) { reply.send(flag_failure(key, error)); },
      [reply, asking, &service = call.service, is_exposure = is_exposure_asked(call.request)] {
        if (!is_exposure) return reply.send(flag_answer(*asking));
        const Status exposed = answer_and_expose(service, *asking, reply);
        if (!exposed) {
          reply.send(flag_failure(asking->context.question.flag->str(), exposed.error()));
        }
      });
  return {};
}

/// Tagged with everything the client would receive: a tag of the definitions alone would tell a
/// client whose context has changed that nothing did.
Response flags_answer(FlagsAsking& asking) {
  std::string tag = entity_tag(asking.json);
  Response response = names_tag(asking.known_tags, tag)
                          ? Response{304, "", {{"Cache-Control", "no-store"}}, ""}
                          : json_text(200, std::move(asking.json));
  response.headers.emplace_back("ETag", std::move(tag));
  return response;
}

/// Never an exposure: nobody knows which flags the client will show.
Status evaluate_flags(const Call& call, const Reply& reply) {
  std::shared_ptr<const FlagTexts> texts = call.texts.flags.of(call.service.engine.assigner());
  auto context = read_ofrep_context(call.request.body, texts->assigner().unit_attribute());
  if (const auto* error = std::get_if<OfrepError>(&context)) {
    reply.send(failure(400, *error));
    return {};
  }
  std::string streams = event_streams_member(call, texts->assigner().definitions_version());
  const auto asking = std::make_shared<FlagsAsking>(
      FlagsAsking{std::get<OfrepContext>(std::move(context)), std::move(texts), call.counters,
                  std::move(streams), known_tags(call.request)});
  settle(
      call.service.engine, asking,
      [reply](const Error& error) {
        reply.send(with_pause(failure(http_status(error.code), general(error))));
      },
      [reply, asking] { reply.send(flags_answer(*asking)); });
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kPost,
     "/ofrep/v1/evaluate/flags/{key}",
     Access::kClient,
     at_once(evaluate_flag),
     "OpenFeature: one flag for one context",
     {"OpenFeatureFlag", "OpenFeatureFlagFailure"},
     kContextBody,
     kFlagQuery,
     "key of the flag; slashes may stand as they are",
     coded_problem,
     ParameterSpan::kRest,
     Surplus::kIgnored},
    {Verb::kPost,
     "/ofrep/v1/evaluate/flags",
     Access::kClient,
     at_once(evaluate_flags),
     "OpenFeature: every flag for one context, with an entity tag",
     {"OpenFeatureFlags", "OpenFeatureFailure"},
     kContextBody,
     {},
     {},
     coded_problem,
     ParameterSpan::kSegment,
     Surplus::kIgnored,
     Revalidation::kEntityTag},
    {Verb::kGet,
     kStreamPath,
     Access::kClient,
     stream_changes,
     "OpenFeature: an event stream that says when to evaluate again",
     Answer::text("text/event-stream"),
     {},
     kStreamQuery,
     {},
     coded_problem,
     ParameterSpan::kSegment,
     Surplus::kIgnored},
};

}  // namespace

std::span<const Route> ofrep_routes() {
  return kRoutes;
}

}  // namespace converge
