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

// What answers usually need; longer ones grow.
constexpr std::size_t kFlagBytes = 256;

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

/// A question on its way to its answer. Evaluated again when sticky assignments of another request
/// came first.
struct Evaluating {
  OfrepContext context;
  std::shared_ptr<const Assigner> assigner;
  ServiceCounters& counters;
  std::vector<Explanation> flags;

  Status evaluate(StickyBuckets* sticky) {
    auto answered = assigner->answer(context.question, sticky);
    if (!answered) return answered.error();
    flags = *std::move(answered);
    return {};
  }
  void count() const {
    const auto has_experiment = [](const Explanation& flag) {
      return !flag.assignment.experiment.str().empty();
    };
    counters.assignments.fetch_add(
        static_cast<std::uint64_t>(std::count_if(flags.begin(), flags.end(), has_experiment)));
  }
};

/// `refuse` answers an error of the sticky assignments, `answer` what was evaluated.
template <class Refuse, class Answer>
void settle(Engine& engine, const std::shared_ptr<Evaluating>& evaluating, Refuse refuse,
            Answer answer) {
  const Status begun = engine.sticky().settle(
      evaluating->assigner->sticky_units(evaluating->context.question),
      [evaluating](StickyBuckets* sticky) { return evaluating->evaluate(sticky); },
      [refuse, answer](const Status& settled) { settled ? answer() : refuse(settled.error()); });
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

Response flag_answer(const Evaluating& evaluating) {
  const Explanation& flag = evaluating.flags.front();
  if (const auto error = error_of(flag, evaluating.context)) {
    return failure(error->code == kGeneral ? 500 : 400, flag.assignment.flag.str(), *error);
  }
  std::string json;
  json.reserve(kFlagBytes);
  append_evaluation(json, flag, *evaluating.assigner);
  return json_text(200, std::move(json));
}

std::variant<std::shared_ptr<Evaluating>, OfrepError> read_question(const Call& call) {
  std::shared_ptr<const Assigner> assigner = call.service.engine.assigner();
  auto read = read_ofrep_context(call.request.body, assigner->unit_attribute());
  if (auto* error = std::get_if<OfrepError>(&read)) return std::move(*error);
  return std::make_shared<Evaluating>(
      Evaluating{std::get<OfrepContext>(std::move(read)), std::move(assigner), call.counters, {}});
}

/// Answers when the exposure is durable, where one is due.
Status answer_and_expose(const Service& service, const Evaluating& evaluating, const Reply& reply) {
  Response response = flag_answer(evaluating);
  const std::string& key = evaluating.flags.front().assignment.flag.str();
  auto batch = exposures_of({evaluating.flags.front().assignment},
                            evaluating.context.question.attributes, service);
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
  auto question = read_question(call);
  if (const auto* error = std::get_if<OfrepError>(&question)) {
    reply.send(failure(400, nameable(call.key), *error));
    return {};
  }
  const auto evaluating = std::get<std::shared_ptr<Evaluating>>(std::move(question));
  evaluating->context.question.flag = FlagKey(call.key);
  settle(
      call.service.engine, evaluating,
      [reply, key = call.key](const Error& error) { reply.send(flag_failure(key, error)); },
      [reply, evaluating, &service = call.service, is_exposure = is_exposure_asked(call.request)] {
        evaluating->count();
        if (!is_exposure) return reply.send(flag_answer(*evaluating));
        const Status exposed = answer_and_expose(service, *evaluating, reply);
        if (!exposed) {
          reply.send(flag_failure(evaluating->context.question.flag->str(), exposed.error()));
        }
      });
  return {};
}

std::string flags_json(const Evaluating& evaluating, std::string_view event_streams) {
  std::string json;
  json.reserve(kFlagBytes * (evaluating.flags.size() + 1));
  json.append(R"({"flags":[)");
  for (const Explanation& flag : evaluating.flags) {
    if (&flag != &evaluating.flags.front()) json.append(",");
    if (const auto error = error_of(flag, evaluating.context)) {
      append_failure(json, flag.assignment.flag.str(), *error);
    } else {
      append_evaluation(json, flag, *evaluating.assigner);
    }
  }
  append_json_text(json.append(R"(],"metadata":{"version":)"),
                   evaluating.assigner->definitions_version());
  return json.append("}").append(event_streams).append("}");
}

/// Tagged with everything the client would receive: a tag of the definitions alone would tell a
/// client whose context has changed that nothing did.
Response flags_answer(const Evaluating& evaluating, std::string_view event_streams,
                      std::string_view known_tags) {
  std::string json = flags_json(evaluating, event_streams);
  std::string tag = entity_tag(json);
  Response response = names_tag(known_tags, tag)
                          ? Response{304, "", {{"Cache-Control", "no-store"}}, ""}
                          : json_text(200, std::move(json));
  response.headers.emplace_back("ETag", std::move(tag));
  return response;
}

/// Never an exposure: nobody knows which flags the client will show.
Status evaluate_flags(const Call& call, const Reply& reply) {
  auto question = read_question(call);
  if (const auto* error = std::get_if<OfrepError>(&question)) {
    reply.send(failure(400, *error));
    return {};
  }
  const auto evaluating = std::get<std::shared_ptr<Evaluating>>(std::move(question));
  std::string streams = event_streams_member(call, evaluating->assigner->definitions_version());
  settle(
      call.service.engine, evaluating,
      [reply](const Error& error) {
        reply.send(with_pause(failure(http_status(error.code), general(error))));
      },
      [reply, evaluating, streams = std::move(streams), known = known_tags(call.request)] {
        evaluating->count();
        reply.send(flags_answer(*evaluating, streams, known));
      });
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
