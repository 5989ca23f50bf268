#include "engine/codec/look_codec.h"

#include <utility>

#include "engine/codec/stored_fields.h"

namespace converge {
namespace {

using Object = Value::Object;
using Array = Value::Array;

const char* role_name(MetricRole role) {
  switch (role) {
    case MetricRole::kSuccess:
      return "success";
    case MetricRole::kGuardrail:
      return "guardrail";
    case MetricRole::kDeterioration:
      return "deterioration";
    case MetricRole::kQuality:
      return "quality";
  }
  CONVERGE_CHECK(false);
  return "";
}

const char* direction_name(Direction direction) {
  return direction == Direction::kIncrease ? "increase" : "decrease";
}

const char* population_name(Population population) {
  return population == Population::kMatured ? "matured" : "exposed_so_far";
}

Value text(const std::string& value) {
  return Value::string(value);
}

template <class T, class Write>
Value list(const std::vector<T>& items, Write write) {
  Array array;
  array.reserve(items.size());
  for (const T& item : items) array.push_back(write(item));
  return Value::array(std::move(array));
}

/// Members without a value are left out.
template <class T, class Write>
void add(Object& members, const char* name, const std::optional<T>& value, Write write) {
  if (value) members.emplace_back(name, write(*value));
}

Value document(const Estimate& estimate) {
  Object members{{"value", figure_document(estimate.value)}};
  if (const auto* interval = std::get_if<IntervalFigure>(&estimate.interval)) {
    members.emplace_back("interval", Value::object({{"lower", real_document(interval->lower)},
                                                    {"upper", real_document(interval->upper)},
                                                    {"level", real_document(interval->level)}}));
  } else {
    members.emplace_back("interval", undefined_document(std::get<Undefined>(estimate.interval)));
  }
  return Value::object(std::move(members));
}

Value document(const std::variant<Posterior, Undefined>& posterior) {
  if (const auto* reason = std::get_if<Undefined>(&posterior)) return undefined_document(*reason);
  const Posterior& figures = std::get<Posterior>(posterior);
  return Value::object({{"chance_to_beat_control", real_document(figures.chance_to_beat_control)},
                        {"expected_loss", real_document(figures.expected_loss)},
                        {"prior_alpha", real_document(figures.prior_alpha)},
                        {"prior_beta", real_document(figures.prior_beta)}});
}

Value document(const ArmFigures& arm) {
  Object members{{"variant", text(arm.variant.str())},
                 {"n", Value::integer(arm.n)},
                 {"mean", figure_document(arm.mean)},
                 {"sd", figure_document(arm.sd)},
                 {"sum", text(arm.sum)},
                 {"sum_squares", text(arm.sum_squares)}};
  add(members, "denominator_sum", arm.denominator_sum, text);
  add(members, "denominator_sum_squares", arm.denominator_sum_squares, text);
  add(members, "sum_products", arm.sum_products, text);
  members.emplace_back("overflow", Value::integer(arm.overflow));
  members.emplace_back("no_value", Value::integer(arm.no_value));
  members.emplace_back("censored", Value::integer(arm.censored));
  return Value::object(std::move(members));
}

Value document(const Comparison& comparison) {
  Object members{{"variant", text(comparison.variant.str())},
                 {"method", text(comparison.method)},
                 {"valid_under_peeking", Value::boolean(comparison.valid_under_peeking)},
                 {"absolute", document(comparison.absolute)},
                 {"relative", document(comparison.relative)},
                 {"p", figure_document(comparison.p)},
                 {"p_adjusted", figure_document(comparison.p_adjusted)},
                 {"p_welch_one_look", figure_document(comparison.p_welch_one_look)},
                 {"posterior", document(comparison.posterior)},
                 {"verdict", text(name_of(comparison.verdict))}};
  const auto harm = [](HarmVerdict verdict) { return text(name_of(verdict)); };
  add(members, "guard", comparison.guard, text);
  add(members, "non_inferiority", comparison.non_inferiority, harm);
  add(members, "breach", comparison.breach, harm);
  add(members, "bound_non_inferiority", comparison.bound_non_inferiority, real_document);
  add(members, "bound_breach", comparison.bound_breach, real_document);
  return Value::object(std::move(members));
}

Value document(const SegmentName& segment) {
  return Value::object({{"attribute", text(segment.attribute)}, {"value", text(segment.value)}});
}

Value document(const MetricEvidence& metric) {
  Object members{{"id", text(metric.id.str())},
                 {"metric", text(metric.metric.str())},
                 {"role", text(role_name(metric.role))},
                 {"direction", text(direction_name(metric.direction))},
                 {"post_hoc", Value::boolean(metric.post_hoc)},
                 {"population", text(population_name(metric.population))}};
  add(members, "segment", metric.segment, [](const SegmentName& name) { return document(name); });
  members.emplace_back("arms",
                       list(metric.arms, [](const ArmFigures& arm) { return document(arm); }));
  members.emplace_back("comparisons", list(metric.comparisons, [](const Comparison& comparison) {
                         return document(comparison);
                       }));
  return Value::object(std::move(members));
}

Value document(const StratumSrm& srm) {
  return Value::object({{"stratum", text(srm.stratum)},
                        {"counts", list(srm.counts, Value::integer)},
                        {"expected_shares", list(srm.expected_shares, real_document)},
                        {"log_e", real_document(srm.log_e)},
                        {"p_chi_square_one_look", figure_document(srm.p_chi_square_one_look)}});
}

Value document(const StratumLinks& links) {
  return Value::object({{"linked", document(links.linked)},
                        {"unlinked", document(links.unlinked)},
                        {"p_rate_one_look", figure_document(links.p_rate_one_look)}});
}

/// A block or a warning.
template <class Finding>
Value finding_document(const Finding& finding) {
  return Value::object(
      {{"reason", text(name_of(finding.reason))}, {"detail", text(finding.detail)}});
}

Value document(const HealthFigures& health) {
  Object members{
      {"units", Value::integer(health.units)},
      {"crossovers", Value::integer(health.crossovers)},
      {"linked_crossovers", Value::integer(health.linked_crossovers)},
      {"oversized_units", Value::integer(health.oversized_units)},
      {"conflicts_exposure", Value::integer(health.conflicts_exposure)},
      {"conflicts_outcome", Value::integer(health.conflicts_outcome)},
      {"mismatches", Value::integer(health.mismatches)},
      {"censored", Value::integer(health.censored)},
      {"outside_phases", Value::integer(health.outside_phases)},
      {"unknown_variant", Value::integer(health.unknown_variant)},
      {"wrong_unit_kind", Value::integer(health.wrong_unit_kind)},
      {"forced", Value::integer(health.forced)},
      {"retracted_records", Value::integer(health.retracted_records)},
      {"erased_records", Value::integer(health.erased_records)},
      {"srm", list(health.srm, [](const StratumSrm& srm) { return document(srm); })},
      {"srm_log_e", real_document(health.srm_log_e)},
      {"links", list(health.links, [](const StratumLinks& links) { return document(links); })}};
  add(members, "last_event_at", health.last_event_at, time_document);
  members.emplace_back("blocks", list(health.blocks, finding_document<Block>));
  members.emplace_back("warnings", list(health.warnings, finding_document<Warning>));
  return Value::object(std::move(members));
}

Value document(const CrossoverSensitivity& sensitivity) {
  return Value::object({{"metric", text(sensitivity.metric.str())},
                        {"variant", text(sensitivity.variant.str())},
                        {"excluded", document(sensitivity.excluded)},
                        {"by_hash", document(sensitivity.by_hash)},
                        {"by_first_shown", document(sensitivity.by_first_shown)}});
}

Value document(const CarryOver& carried) {
  return Value::object({{"metric", text(carried.metric.str())},
                        {"previous_variant", text(carried.previous_variant.str())},
                        {"absolute", document(carried.absolute)},
                        {"p", figure_document(carried.p)}});
}

Estimate read_estimate(const StoredFields& fields) {
  Estimate estimate;
  estimate.value = fields.figure("value");
  const StoredFields interval = fields.object("interval");
  if (const auto reason = interval.undefined()) {
    estimate.interval = *reason;
  } else {
    estimate.interval =
        IntervalFigure{interval.real("lower"), interval.real("upper"), interval.real("level")};
  }
  return estimate;
}

std::variant<Posterior, Undefined> read_posterior(const StoredFields& fields) {
  if (const auto reason = fields.undefined()) return *reason;
  return Posterior{fields.real("chance_to_beat_control"), fields.real("expected_loss"),
                   fields.real("prior_alpha"), fields.real("prior_beta")};
}

ArmFigures read_arm(const StoredFields& fields) {
  ArmFigures arm;
  arm.variant = fields.id<VariantKey>("variant");
  arm.n = fields.integer("n");
  arm.mean = fields.figure("mean");
  arm.sd = fields.figure("sd");
  arm.sum = fields.text("sum");
  arm.sum_squares = fields.text("sum_squares");
  arm.denominator_sum = fields.optional_text("denominator_sum");
  arm.denominator_sum_squares = fields.optional_text("denominator_sum_squares");
  arm.sum_products = fields.optional_text("sum_products");
  arm.overflow = fields.integer("overflow");
  arm.no_value = fields.integer("no_value");
  arm.censored = fields.integer("censored");
  return arm;
}

constexpr std::initializer_list<HarmVerdict> kHarmVerdicts = {
    HarmVerdict::kNotEnoughData, HarmVerdict::kUndecided, HarmVerdict::kNonInferior,
    HarmVerdict::kBreach};

Comparison read_comparison(const StoredFields& fields) {
  Comparison comparison;
  comparison.variant = fields.id<VariantKey>("variant");
  comparison.method = fields.text("method");
  comparison.valid_under_peeking = fields.boolean("valid_under_peeking");
  comparison.absolute = read_estimate(fields.object("absolute"));
  comparison.relative = read_estimate(fields.object("relative"));
  comparison.p = fields.figure("p");
  comparison.p_adjusted = fields.figure("p_adjusted");
  comparison.p_welch_one_look = fields.figure("p_welch_one_look");
  comparison.posterior = read_posterior(fields.object("posterior"));
  comparison.verdict = fields.one_of<Verdict>(
      "verdict",
      {Verdict::kNotEnoughData, Verdict::kNoDifferenceYet, Verdict::kBetter, Verdict::kWorse},
      name_of);
  comparison.guard = fields.optional_text("guard");
  comparison.non_inferiority =
      fields.optional_one_of<HarmVerdict>("non_inferiority", kHarmVerdicts, name_of);
  comparison.breach = fields.optional_one_of<HarmVerdict>("breach", kHarmVerdicts, name_of);
  comparison.bound_non_inferiority = fields.optional_real("bound_non_inferiority");
  comparison.bound_breach = fields.optional_real("bound_breach");
  return comparison;
}

MetricEvidence read_metric(const StoredFields& fields) {
  MetricEvidence metric;
  metric.id = fields.id<MetricId>("id");
  metric.metric = fields.id<MetricKey>("metric");
  metric.role = fields.one_of<MetricRole>("role",
                                          {MetricRole::kSuccess, MetricRole::kGuardrail,
                                           MetricRole::kDeterioration, MetricRole::kQuality},
                                          role_name);
  metric.direction = fields.one_of<Direction>(
      "direction", {Direction::kIncrease, Direction::kDecrease}, direction_name);
  metric.post_hoc = fields.boolean("post_hoc");
  metric.population = fields.one_of<Population>(
      "population", {Population::kMatured, Population::kExposedSoFar}, population_name);
  if (fields.optional("segment") != nullptr) {
    const StoredFields segment = fields.object("segment");
    metric.segment = SegmentName{segment.text("attribute"), segment.text("value")};
  }
  metric.arms = fields.objects("arms", read_arm);
  metric.comparisons = fields.objects("comparisons", read_comparison);
  return metric;
}

StratumSrm read_srm(const StoredFields& fields) {
  return {fields.text("stratum"), fields.integers("counts"), fields.reals("expected_shares"),
          fields.real("log_e"), fields.figure("p_chi_square_one_look")};
}

Block read_block(const StoredFields& fields) {
  return {fields.one_of<BlockReason>(
              "reason",
              {BlockReason::kSampleRatioMismatch, BlockReason::kCrossovers,
               BlockReason::kLinkedCrossovers, BlockReason::kAssignmentMismatches,
               BlockReason::kOverflow, BlockReason::kNoData, BlockReason::kStaleData},
              name_of),
          fields.text("detail")};
}

StratumLinks read_links(const StoredFields& fields) {
  return {read_srm(fields.object("linked")), read_srm(fields.object("unlinked")),
          fields.figure("p_rate_one_look")};
}

Warning read_warning(const StoredFields& fields) {
  return {
      fields.one_of<WarningReason>("reason",
                                   {WarningReason::kLinkRate, WarningReason::kLinkedSampleRatio,
                                    WarningReason::kUnlinkedSampleRatio, WarningReason::kCarryOver,
                                    WarningReason::kOversizedComponents},
                                   name_of),
      fields.text("detail")};
}

/// What the second format added to the health figures. Looks of the first one counted
/// `waiting_records` instead.
void read_identity(const StoredFields& fields, HealthFigures& health) {
  health.linked_crossovers = fields.integer("linked_crossovers");
  health.oversized_units = fields.integer("oversized_units");
  health.retracted_records = fields.integer("retracted_records");
  health.erased_records = fields.integer("erased_records");
  health.links = fields.objects("links", read_links);
  health.warnings = fields.objects("warnings", read_warning);
}

HealthFigures read_health(const StoredFields& fields, std::int64_t format) {
  HealthFigures health;
  health.units = fields.integer("units");
  health.crossovers = fields.integer("crossovers");
  health.conflicts_exposure = fields.integer("conflicts_exposure");
  health.conflicts_outcome = fields.integer("conflicts_outcome");
  health.mismatches = fields.integer("mismatches");
  health.censored = fields.integer("censored");
  health.outside_phases = fields.integer("outside_phases");
  health.unknown_variant = fields.integer("unknown_variant");
  health.wrong_unit_kind = fields.integer("wrong_unit_kind");
  health.forced = fields.integer("forced");
  health.srm = fields.objects("srm", read_srm);
  health.srm_log_e = fields.real("srm_log_e");
  health.last_event_at = fields.optional_time("last_event_at");
  health.blocks = fields.objects("blocks", read_block);
  if (format >= 2) read_identity(fields, health);
  return health;
}

CrossoverSensitivity read_sensitivity(const StoredFields& fields) {
  return {fields.id<MetricKey>("metric"), fields.id<VariantKey>("variant"),
          read_estimate(fields.object("excluded")), read_estimate(fields.object("by_hash")),
          read_estimate(fields.object("by_first_shown"))};
}

CarryOver read_carry_over(const StoredFields& fields) {
  return {fields.id<MetricKey>("metric"), fields.id<VariantKey>("previous_variant"),
          read_estimate(fields.object("absolute")), fields.figure("p")};
}

template <class T>
Result<T> unless_damaged(T value, const StoredFields::Damage& damage) {
  if (damage.error()) return *damage.error();
  return value;
}

}  // namespace

Value to_document(const Evidence& evidence) {
  Object members{{"format", Value::integer(Evidence::kFormat)},
                 {"experiment", text(evidence.experiment.str())},
                 {"definitions_version", text(evidence.definitions_version)},
                 {"look_time", time_document(evidence.look_time)},
                 {"cursor", Value::integer(raw(evidence.cursor))}};
  add(members, "watermark", evidence.watermark, time_document);
  members.emplace_back("method", text(evidence.method));
  members.emplace_back("alpha", real_document(evidence.alpha));
  members.emplace_back("metrics", list(evidence.metrics, [](const MetricEvidence& metric) {
                         return document(metric);
                       }));
  members.emplace_back("health", document(evidence.health));
  members.emplace_back("crossover_sensitivity",
                       list(evidence.crossover_sensitivity,
                            [](const CrossoverSensitivity& item) { return document(item); }));
  members.emplace_back("carry_over", list(evidence.carry_over,
                                          [](const CarryOver& item) { return document(item); }));
  return Value::object(std::move(members));
}

Result<Evidence> evidence_from(const Value& document) {
  if (const Status status = check_format(document, Evidence::kFormat, "evidence"); !status) {
    return status.error();
  }
  StoredFields::Damage damage;
  const StoredFields fields(document, "evidence", damage);
  Evidence evidence;
  evidence.experiment = fields.id<ExperimentKey>("experiment");
  evidence.definitions_version = fields.text("definitions_version");
  evidence.look_time = fields.time("look_time");
  evidence.cursor = LogSeq{fields.integer("cursor")};
  evidence.watermark = fields.optional_time("watermark");
  evidence.method = fields.text("method");
  evidence.alpha = fields.real("alpha");
  evidence.metrics = fields.objects("metrics", read_metric);
  const std::int64_t format = fields.integer("format");
  evidence.health = read_health(fields.object("health"), format);
  evidence.crossover_sensitivity = fields.objects("crossover_sensitivity", read_sensitivity);
  if (format >= 2) evidence.carry_over = fields.objects("carry_over", read_carry_over);
  return unless_damaged(std::move(evidence), damage);
}

Value to_document(const Decision& decision) {
  Object members{{"kind", text(name_of(decision.kind))}};
  add(members, "variant", decision.variant,
      [](const VariantKey& variant) { return text(variant.str()); });
  members.emplace_back("rule", text(decision.rule));
  members.emplace_back("reason", text(decision.reason));
  return Value::object(std::move(members));
}

Result<Decision> decision_from(const Value& document) {
  StoredFields::Damage damage;
  const StoredFields fields(document, "decision", damage);
  Decision decision;
  decision.kind = fields.one_of<DecisionKind>(
      "kind",
      {DecisionKind::kKeepRunning, DecisionKind::kBlocked, DecisionKind::kPromote,
       DecisionKind::kRollBack, DecisionKind::kInconclusive, DecisionKind::kNextStep,
       DecisionKind::kFinish},
      name_of);
  if (fields.optional("variant") != nullptr) decision.variant = fields.id<VariantKey>("variant");
  decision.rule = fields.text("rule");
  decision.reason = fields.text("reason");
  return unless_damaged(std::move(decision), damage);
}

Value to_document(const AuditEntry& entry) {
  Object members{{"id", Value::integer(entry.id)},
                 {"at", time_document(entry.at)},
                 {"actor", text(entry.actor)},
                 {"action", text(entry.action)}};
  add(members, "experiment", entry.experiment,
      [](const ExperimentKey& experiment) { return text(experiment.str()); });
  members.emplace_back("before", Value::integer(raw(entry.before)));
  members.emplace_back("after", Value::integer(raw(entry.after)));
  members.emplace_back("detail", text(entry.detail));
  members.emplace_back("look", Value::integer(entry.look));
  return Value::object(std::move(members));
}

Result<AuditEntry> audit_entry_from(const Value& document) {
  StoredFields::Damage damage;
  const StoredFields fields(document, "audit entry", damage);
  AuditEntry entry;
  entry.id = fields.integer("id");
  entry.at = fields.time("at");
  entry.actor = fields.text("actor");
  entry.action = fields.text("action");
  if (fields.optional("experiment") != nullptr) {
    entry.experiment = fields.id<ExperimentKey>("experiment");
  }
  entry.before = CatalogVersion{fields.integer("before")};
  entry.after = CatalogVersion{fields.integer("after")};
  entry.detail = fields.text("detail");
  entry.look = fields.integer("look");
  return unless_damaged(std::move(entry), damage);
}

}  // namespace converge
