#include "tests/unit/store/sample_records.h"

#include <string>

#include "engine/codec/catalog_codec.h"

namespace converge {

Time day(int number) {
  return *parse_rfc3339("2026-03-01T08:00:00.000001Z") + number * kDay;
}

LogRow sample_row(std::int64_t seq) {
  LogRow row;
  row.seq = LogSeq{seq};
  row.kind = seq % 7 == 0 ? RowKind::kCompleteUntil : RowKind::kEvent;
  row.source = seq % 3 == 0 ? RowSource::kImport : RowSource::kLive;
  row.received_at = day(0) + Duration(seq * 1'234'567);
  row.body = "{\"id\":\"e" + std::to_string(seq) + "\"}" + std::string(1, '\0') +
             std::string(static_cast<std::size_t>(seq % 50), 'x');
  for (std::int64_t unit = 0; unit < seq % 4; ++unit) {
    row.previous.push_back(LogSeq{unit == 1 ? 0 : seq - 1});
  }
  return row;
}

std::vector<LogRow> sample_rows(std::int64_t first, std::int64_t count) {
  std::vector<LogRow> rows;
  for (std::int64_t seq = first; seq < first + count; ++seq) rows.push_back(sample_row(seq));
  return rows;
}

Catalog sample_catalog(std::int64_t version) {
  ExperimentEntry entry;
  entry.definition.key = ExperimentKey("checkout");
  entry.definition.hypothesis = "version " + std::to_string(version);
  entry.definition.unit = UnitKind("user_id");
  entry.definition.seed = "checkout";
  entry.definition.flag = FlagKey("checkout_steps");
  entry.definition.variants = {{VariantKey("control"), 0.5, Value::integer(3)},
                               {VariantKey("one-page"), 0.5, Value::integer(1)}};
  entry.definition.metrics = {
      {MetricKey("conversion_7d"), MetricRole::kSuccess, std::nullopt, std::nullopt}};
  MetricDefinition metric;
  metric.key = MetricKey("conversion_7d");
  metric.numerator.event = EventName("purchase");
  metric.numerator.aggregation = Aggregation::kAny;
  metric.window = 7 * kDay;
  entry.metrics = {metric};
  entry.post_hoc = {false};
  entry.state = ExperimentState::kRunning;
  entry.extended_days = static_cast<int>(version);
  Phase phase;
  phase.effective_seed = "checkout";
  phase.start = day(0);
  phase.allocation.variants = {{{0, 5000}}, {{5000, 10'000}}};
  entry.phases = {phase};
  entry.started_at = day(0);
  Catalog catalog;
  catalog.version = CatalogVersion{version};
  catalog.created_at = day(static_cast<int>(version));
  catalog.definitions.experiments = {entry.definition};
  catalog.definitions.metrics = {{metric.key, metric}};
  catalog.experiments = {entry};
  catalog.content_hash = catalog_content_hash(catalog);
  return catalog;
}

AuditEntry sample_audit(int number) {
  AuditEntry entry;
  entry.at = day(number);
  entry.actor = "converge";
  entry.action = number % 2 == 0 ? "apply" : "promote";
  if (number % 2 != 0) entry.experiment = ExperimentKey("checkout");
  entry.before = CatalogVersion{number};
  entry.after = CatalogVersion{number + 1};
  entry.detail = "step " + std::to_string(number);
  return entry;
}

StoredLook sample_look(const std::string& experiment, int number) {
  StoredLook look;
  look.kind = number % 2 == 0 ? LookKind::kScheduled : LookKind::kTick;
  look.evidence.experiment = ExperimentKey(experiment);
  look.evidence.definitions_version = "1-0123abcd";
  look.evidence.look_time = day(number);
  look.evidence.cursor = LogSeq{number * 100};
  look.evidence.method = "confidence_sequence";
  look.evidence.alpha = 0.05;
  look.decision.kind = DecisionKind::kPromote;
  look.decision.variant = VariantKey("one-page");
  look.decision.rule = "decision.ship_when";
  look.decision.reason = "look " + std::to_string(number);
  look.acted = number % 3 == 0;
  return look;
}

bool same_look(const StoredLook& a, const StoredLook& b) {
  return a.kind == b.kind && a.evidence == b.evidence && a.decision == b.decision &&
         a.acted == b.acted;
}

}  // namespace converge
