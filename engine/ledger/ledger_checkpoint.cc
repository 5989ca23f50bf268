
#include "base/sha256.h"
#include "engine/ledger/byte_stream.h"
#include "engine/ledger/ledger_state.h"

/// What a ledger remembers across a restart: units, their last rows and folds, links and what is
/// not applied yet, the census. Plans and sums are made again from the catalog and the folds.
namespace converge {
namespace {

constexpr std::string_view kMagic = "CVLEDGER";
constexpr std::int64_t kFormat = 2;

void write_metric(const MetricFold& metric, ByteWriter& out) {
  out.integer(metric.x);
  out.integer(metric.y);
  out.integer(metric.no_value);
  out.integer((metric.overflow ? 1 : 0) + (metric.censored ? 2 : 0));
  out.optional_time(metric.window_end);
}

MetricFold read_metric(ByteReader& in) {
  MetricFold metric;
  metric.x = in.integer();
  metric.y = in.integer();
  metric.no_value = in.integer();
  const std::int64_t flags = in.integer();
  metric.overflow = flags % 2 != 0;
  metric.censored = flags / 2 != 0;
  metric.window_end = in.optional_time();
  return metric;
}

void write_fold(const UnitFold& fold, ByteWriter& out) {
  out.integer(static_cast<std::int64_t>(fold.standing));
  for (const int number : {fold.phase, fold.enrolment_class, fold.variant, fold.variant_by_hash,
                           fold.mismatch ? 1 : 0}) {
    out.integer(number);
  }
  out.integer(fold.previous_variant ? 1 : 0);
  if (fold.previous_variant) out.text(*fold.previous_variant);
  out.time(fold.exposed_at);
  out.integer(static_cast<std::int64_t>(fold.segments.size()));
  for (const std::string& segment : fold.segments) out.text(segment);
  out.integer(static_cast<std::int64_t>(fold.metrics.size()));
  for (const MetricFold& metric : fold.metrics) write_metric(metric, out);
  out.integer(static_cast<std::int64_t>(fold.link));
  for (const std::int64_t count :
       {fold.conflicts_exposure, fold.conflicts_outcome, fold.outside_phases, fold.unknown_variant,
        fold.forced, fold.wrong_unit_kind, fold.retracted, fold.erased}) {
    out.integer(count);
  }
}

UnitFold read_fold(ByteReader& in) {
  UnitFold fold;
  fold.standing = static_cast<Standing>(in.integer());
  fold.phase = static_cast<int>(in.integer());
  fold.enrolment_class = static_cast<int>(in.integer());
  fold.variant = static_cast<int>(in.integer());
  fold.variant_by_hash = static_cast<int>(in.integer());
  fold.mismatch = in.integer() != 0;
  if (in.integer() != 0) fold.previous_variant = in.text();
  fold.exposed_at = in.time();
  for (std::size_t left = in.count(); left > 0; --left) fold.segments.push_back(in.text());
  for (std::size_t left = in.count(); left > 0; --left) fold.metrics.push_back(read_metric(in));
  fold.link = static_cast<LinkState>(in.integer());
  for (std::int64_t* count : {&fold.conflicts_exposure, &fold.conflicts_outcome,
                              &fold.outside_phases, &fold.unknown_variant, &fold.forced,
                              &fold.wrong_unit_kind, &fold.retracted, &fold.erased}) {
    *count = in.integer();
  }
  return fold;
}

void write_unit(const LedgerUnit& unit, ByteWriter& out) {
  out.text(unit.unit.kind.str());
  out.text(unit.unit.id);
  out.integer(raw(unit.last_row));
  out.integer((unit.is_queued ? 1 : 0) + (unit.has_new_rows ? 2 : 0) + (unit.is_erased ? 4 : 0));
  out.integer(static_cast<std::int64_t>(unit.contributions.size()));
  for (const Contribution& contribution : unit.contributions) {
    out.integer(contribution.experiment);
    out.integer(contribution.fold ? 1 : 0);
    if (contribution.fold) write_fold(*contribution.fold, out);
  }
}

LedgerUnit read_unit(ByteReader& in) {
  LedgerUnit unit;
  unit.unit.kind = UnitKind(in.text());
  unit.unit.id = in.text();
  unit.last_row = LogSeq{in.integer()};
  const std::int64_t flags = in.integer();
  unit.is_queued = flags % 2 != 0;
  unit.has_new_rows = flags / 2 % 2 != 0;
  unit.is_erased = flags / 4 != 0;
  for (std::size_t left = in.count(); left > 0; --left) {
    Contribution contribution;
    contribution.experiment = static_cast<std::uint32_t>(in.integer());
    if (in.integer() != 0) contribution.fold = read_fold(in);
    unit.contributions.push_back(std::move(contribution));
  }
  return unit;
}

void write_experiment(const LedgerExperiment* experiment, ByteWriter& out) {
  out.integer(experiment == nullptr ? 0 : 1);
  if (experiment == nullptr) return;
  out.text(experiment->key.str());
  out.text(experiment->unit_kind.str());
  out.text(experiment->fingerprint);
}

std::unique_ptr<LedgerExperiment> read_experiment(ByteReader& in) {
  if (in.integer() == 0) return nullptr;
  auto experiment = std::make_unique<LedgerExperiment>();
  experiment->key = ExperimentKey(in.text());
  experiment->unit_kind = UnitKind(in.text());
  experiment->fingerprint = in.text();
  return experiment;
}

void write_statement(const std::pair<Time, LogSeq>& place, const Statement& statement,
                     ByteWriter& out) {
  out.time(place.first);
  out.integer(raw(place.second));
  out.integer(statement.type == EventType::kLink ? 1 : 0);
  out.integer(static_cast<std::int64_t>(statement.ids.size()));
  for (const UnitIndex id : statement.ids) out.integer(id);
}

std::pair<std::pair<Time, LogSeq>, Statement> read_statement(ByteReader& in) {
  const Time ts = in.time();
  const LogSeq seq{in.integer()};
  Statement statement;
  statement.type = in.integer() != 0 ? EventType::kLink : EventType::kErase;
  for (std::size_t left = in.count(); left > 0; --left) {
    statement.ids.push_back(static_cast<UnitIndex>(in.integer()));
  }
  return std::pair(std::pair(ts, seq), std::move(statement));
}

std::string checksum(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return {digest.begin(), digest.end()};
}

Error damaged(const std::string& what) {
  return {Errc::kInternal, "ledger checkpoint: " + what};
}

/// The bytes between the frame's head and its checksum.
Result<std::string_view> framed(std::string_view bytes) {
  constexpr std::size_t kHead = kMagic.size() + 8;
  constexpr std::size_t kDigest = 32;
  if (bytes.size() < kHead + kDigest || bytes.substr(0, kMagic.size()) != kMagic) {
    return damaged("not one");
  }
  ByteReader version(bytes.substr(kMagic.size(), 8));
  if (const std::int64_t format = version.integer(); format != kFormat) {
    return Error{Errc::kUnsupported, "ledger checkpoint: format " + std::to_string(format) +
                                         ", this program reads " + std::to_string(kFormat)};
  }
  const std::string_view content = bytes.substr(0, bytes.size() - kDigest);
  if (bytes.substr(content.size()) != checksum(content)) return damaged("checksum mismatch");
  return content.substr(kHead);
}

}  // namespace

std::string Ledger::State::encode() const {
  ByteWriter out;
  out.integer(kFormat);
  out.integer(static_cast<std::int64_t>(options.component_ids_max));
  out.integer(raw(cursor));
  out.time(look_time);
  census.write(out);
  out.integer(static_cast<std::int64_t>(experiments.size()));
  for (const auto& experiment : experiments) write_experiment(experiment.get(), out);
  out.integer(static_cast<std::int64_t>(units.size()));
  for (const LedgerUnit& unit : units) write_unit(unit, out);
  out.integer(static_cast<std::int64_t>(ahead.size()));
  for (const auto& [time, unit] : ahead) {
    out.time(time);
    out.integer(unit);
  }
  links.write(out);
  out.integer(static_cast<std::int64_t>(statements.size()));
  for (const auto& [place, statement] : statements) write_statement(place, statement, out);
  std::string bytes = std::string(kMagic) + out.bytes();
  return bytes + checksum(bytes);
}

Status Ledger::State::decode(std::string_view bytes) {
  const Result<std::string_view> content = framed(bytes);
  if (!content) return content.error();
  ByteReader in(*content);
  const auto component_ids_max = static_cast<std::size_t>(in.integer());
  if (component_ids_max != options.component_ids_max) {
    return Error{Errc::kUnsupported,
                 "ledger checkpoint: made with a limit of " + std::to_string(component_ids_max) +
                     " ids of a component, now " + std::to_string(options.component_ids_max)};
  }
  cursor = LogSeq{in.integer()};
  look_time = in.time();
  census = LogCensus::read(in);
  for (std::size_t left = in.count(); left > 0; --left) {
    experiments.push_back(read_experiment(in));
    if (experiments.back() == nullptr) continue;
    slots.emplace(experiments.back()->key, static_cast<std::uint32_t>(experiments.size() - 1));
  }
  for (std::size_t left = in.count(); left > 0; --left) {
    units.push_back(read_unit(in));
    const auto index = static_cast<UnitIndex>(units.size() - 1);
    unit_index.emplace(units.back().unit, index);
    if (units.back().is_queued) queue.push_back(index);
    if (units.back().is_erased) ++erased_ids;
  }
  for (std::size_t left = in.count(); left > 0; --left) {
    const Time time = in.time();
    ahead.emplace(time, static_cast<UnitIndex>(in.integer()));
  }
  links = LinkGraph::read(in);
  for (std::size_t left = in.count(); left > 0; --left) statements.insert(read_statement(in));
  if (in.failed() || !in.at_end()) return damaged("cut short");
  return {};
}

}  // namespace converge
