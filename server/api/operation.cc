#include <string>

#include "base/time.h"
#include "server/api/answer.h"
#include "server/api/openapi.h"
#include "server/api/route.h"

namespace converge {
namespace {

Value trouble_document(const std::optional<ServiceHealth::Trouble>& trouble) {
  if (!trouble) return Value();
  return Value::object({{"error", Value::string(trouble->message)},
                        {"since", Value::string(format_rfc3339(trouble->since))}});
}

const char* status_of(const ServiceHealth::Snapshot& health) {
  if (health.is_draining) return "draining";
  return health.is_degraded() ? "degraded" : "ok";
}

/// Degraded is still 200: a restart would not mend it, so an orchestrator must not try.
Status get_healthz(const Call& call, const Reply& reply) {
  const ServiceHealth::Snapshot health = call.service.health.snapshot();
  Engine& engine = call.service.engine;
  reply.send(json_answer(Value::object({
      {"status", Value::string(status_of(health))},
      {"environment", Value::string(engine.environment())},
      {"now", Value::string(format_rfc3339(engine.now()))},
      {"definitions_version", Value::string(engine.catalog()->definitions_version())},
      {"last_tick_at",
       health.last_tick_at ? Value::string(format_rfc3339(*health.last_tick_at)) : Value()},
      {"tick", trouble_document(health.tick)},
      {"definitions", trouble_document(health.definitions)},
      {"events_queued",
       Value::integer(static_cast<std::int64_t>(engine.recorder().queued_events()))},
  })));
  return {};
}

Status get_readyz(const Call& call, const Reply& reply) {
  if (call.service.health.snapshot().is_draining) {
    return Error{Errc::kUnavailable, "the server is stopping"};
  }
  reply.send(json_answer(Value::object({{"ready", Value::boolean(true)}})));
  return {};
}

class MetricsText {
 public:
  void begin(const std::string& name, const char* type, const char* help) {
    name_ = name;
    text_ += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
  }
  void sample(const std::string& labels, std::uint64_t value) {
    text_ += name_ + labels + " " + std::to_string(value) + "\n";
  }
  void single(const std::string& name, const char* type, const char* help, std::uint64_t value) {
    begin(name, type, help);
    sample("", value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

void add_counters(MetricsText& text, const ServiceCounters& counters) {
  text.begin("converge_http_answers_total", "counter", "Answers by class of status.");
  for (std::size_t i = 1; i < counters.answers_by_class.size(); ++i) {
    text.sample("{status=\"" + std::to_string(i) + "xx\"}", counters.answers_by_class[i].load());
  }
  text.single("converge_assignments_total", "counter", "Assignments answered.",
              counters.assignments.load());
  text.single("converge_events_accepted_total", "counter", "Events that are durable.",
              counters.events_accepted.load());
  text.single("converge_events_duplicate_total", "counter", "Accepted events known already.",
              counters.events_duplicate.load());
  text.begin("converge_events_rejected_total", "counter", "Rejected events by reason.");
  for (int i = 0; i < kRejectReasons; ++i) {
    text.sample("{reason=\"" + std::string(name_of(static_cast<RejectReason>(i))) + "\"}",
                counters.events_rejected[static_cast<std::size_t>(i)].load());
  }
}

Status get_metrics(const Call& call, const Reply& reply) {
  const ServiceHealth::Snapshot health = call.service.health.snapshot();
  Engine& engine = call.service.engine;
  MetricsText text;
  add_counters(text, call.counters);
  text.single("converge_events_queued", "gauge", "Events that wait for a commit.",
              engine.recorder().queued_events());
  text.single("converge_catalog_version", "gauge", "Version of the catalog in force.",
              static_cast<std::uint64_t>(raw(engine.catalog()->version)));
  text.single("converge_ticks_total", "counter", "Turns of the engine.", health.ticks);
  text.single("converge_ticks_failed_total", "counter", "Turns that failed.", health.ticks_failed);
  text.single("converge_definitions_failed", "gauge",
              "1 while the watched folder does not load or apply.",
              health.definitions.has_value() ? 1 : 0);
  reply.send(text_answer("text/plain; version=0.0.4; charset=utf-8", text.take()));
  return {};
}

Status get_openapi(const Call&, const Reply& reply) {
  reply.send(json_answer(openapi_document(routes())));
  return {};
}

constexpr Route kRoutes[] = {
    {Verb::kGet, "/healthz", Access::kOpen, at_once(get_healthz),
     "How the process is doing: ok, degraded (with the reason) or draining; always 200", "Health"},
    {Verb::kGet, "/readyz", Access::kOpen, at_once(get_readyz),
     "200 while requests are welcome, 503 while the server stops", "Ready"},
    {Verb::kGet, "/metrics", Access::kRead, get_metrics, "Prometheus text format",
     Answer::text("text/plain; version=0.0.4; charset=utf-8")},
    {Verb::kGet, "/openapi.json", Access::kOpen, get_openapi, "This table as OpenAPI 3.1",
     "OpenApi"},
};

}  // namespace

std::span<const Route> operation_routes() {
  return kRoutes;
}

}  // namespace converge
