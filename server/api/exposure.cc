#include "server/api/exposure.h"

#include <utility>
#include <variant>

#include "base/time.h"

namespace converge {
namespace {

Value exposure_of(const Assignment& assignment, const Value& attributes, Time now) {
  return Value::object({
      {"type", Value::string("exposure")},
      {"ts", Value::string(format_rfc3339(now))},
      {"units", Value::object({{assignment.unit.kind.str(), Value::string(assignment.unit.id)}})},
      {"experiment", Value::string(assignment.experiment.str())},
      {"variant", Value::string(assignment.variant.str())},
      {"source", Value::string("experiment")},
      {"attributes", attributes},
  });
}

}  // namespace

Result<RecordBatch> exposures_of(const std::vector<Assignment>& assignments,
                                 const Value& attributes, const Service& service) {
  IntakeRules rules;
  rules.now = service.engine.now();
  const std::size_t bytes_max = service.limits.intake.event_bytes_max;
  RecordBatch batch;
  for (const Assignment& assignment : assignments) {
    if (!assignment.in_experiment) continue;
    auto checked = accept_event(exposure_of(assignment, attributes, rules.now), rules);
    if (const auto* rejection = std::get_if<Rejection>(&checked)) {
      return Error{Errc::kInvalidArgument, "expose: " + rejection->message};
    }
    batch.events.push_back(std::get<AcceptedEvent>(std::move(checked)));
    if (batch.events.back().canonical.size() > bytes_max) {
      return Error{Errc::kTooLarge, "expose: with these attributes the event has more than " +
                                        std::to_string(bytes_max) + " bytes"};
    }
  }
  return batch;
}

}  // namespace converge
