#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cli/column_mapping.h"
#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/open_store.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "engine/codec/event_codec.h"
#include "engine/codec/json.h"
#include "engine/record/recorder.h"
#include "engine/sticky/erased_units.h"

namespace converge::cli {
namespace {

constexpr std::size_t kBatchEvents = 10'000;

/// What became of the rows of all files.
struct Tally {
  std::size_t rows = 0;
  std::size_t accepted = 0;
  std::size_t duplicates = 0;
  std::map<std::string, std::size_t> rejected;  ///< by reason
};

/// Everything that one import run works with.
struct ImportRun {
  Recorder& recorder;
  StickyStore& sticky;
  const Definitions& definitions;
  IntakeRules rules;
  std::vector<UnitKind> unit_kinds;
  std::ofstream* rejects;  ///< null: not wanted
  Tally tally;
  std::vector<AcceptedEvent> batch;

  void reject(const std::string& file, std::size_t line, const std::string& reason,
              const std::string& message) {
    ++tally.rejected[reason];
    if (rejects == nullptr) return;
    *rejects << to_json(Value::object({{"file", Value::string(file)},
                                       {"line", Value::integer(static_cast<std::int64_t>(line))},
                                       {"reason", Value::string(reason)},
                                       {"message", Value::string(message)}}))
             << '\n';
  }

  Status take(const std::string& file, std::size_t line, const Value& event) {
    ++tally.rows;
    auto outcome = accept_event(event, rules);
    if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
      reject(file, line, name_of(rejection->reason), rejection->message);
      return {};
    }
    batch.push_back(std::get<AcceptedEvent>(std::move(outcome)));
    return batch.size() < kBatchEvents ? Status() : flush();
  }

  Status flush() {
    if (batch.empty()) return {};
    for (const StickyUnit& unit : erased_units(batch, definitions)) {
      if (Status erased = sticky.erase(unit); !erased) return erased;
    }
    RecordBatch out;
    out.source = RowSource::kImport;
    out.events.swap(batch);
    const auto receipt = recorder.record(std::move(out));
    if (!receipt) return receipt.error();
    tally.accepted += receipt->accepted;
    tally.duplicates += receipt->duplicates;
    return {};
  }
};

Status import_csv(ImportRun& run, const FileSpec& spec, FileRole role, std::ifstream& in,
                  Progress& progress) {
  CsvReader reader(in);
  const auto header = reader.next();
  if (!header) return header.error().within(spec.path);
  if (!header->has_value())
    return Error{Errc::kInvalidArgument, spec.path + ": the file is empty; expected a header line"};
  const auto mapping = ColumnMapping::make(spec, role, **header, run.unit_kinds);
  if (!mapping) return mapping.error();
  for (;;) {
    const auto row = reader.next();
    if (!row) {
      ++run.tally.rows;
      run.reject(spec.path, reader.line(), "not_csv", row.error().message);
      continue;
    }
    if (!row->has_value()) return {};
    if ((*row)->size() != mapping->columns()) {
      ++run.tally.rows;
      run.reject(spec.path, reader.line(), "not_csv",
                 "expected " + std::to_string(mapping->columns()) + " columns, got " +
                     std::to_string((*row)->size()));
      continue;
    }
    if (auto taken = run.take(spec.path, reader.line(), mapping->event(**row)); !taken)
      return taken;
    progress.at(static_cast<std::uint64_t>(std::max<std::streamoff>(in.tellg(), 0)));
  }
}

Status import_ndjson(ImportRun& run, const FileSpec& spec, std::ifstream& in, Progress& progress) {
  if (!spec.mapping.empty()) {
    return Error{Errc::kInvalidArgument,
                 spec.path + ": a column mapping is for CSV; NDJSON lines are whole events"};
  }
  std::size_t line = 0;
  for (std::string text; std::getline(in, text);) {
    ++line;
    if (text.empty() || text == "\r") continue;
    const auto event = parse_json(text);
    if (!event) {
      ++run.tally.rows;
      run.reject(spec.path, line, name_of(RejectReason::kNotJson), event.error().message);
      continue;
    }
    if (auto taken = run.take(spec.path, line, *event); !taken) return taken;
    progress.at(static_cast<std::uint64_t>(std::max<std::streamoff>(in.tellg(), 0)));
  }
  return {};
}

Status import_file(ImportRun& run, const std::string& text, FileRole role) {
  const auto spec = parse_file_spec(text);
  if (!spec) return spec.error();
  std::ifstream in(spec->path, std::ios::binary);
  std::error_code failed;
  const auto bytes = std::filesystem::file_size(spec->path, failed);
  if (!in || failed) return Error{Errc::kNotFound, "cannot read " + spec->path};
  Progress progress("importing " + spec->path, bytes);
  const std::string extension = std::filesystem::path(spec->path).extension().string();
  const bool lines_are_json = extension == ".ndjson" || extension == ".jsonl";
  return lines_are_json ? import_ndjson(run, *spec, in, progress)
                        : import_csv(run, *spec, role, in, progress);
}

std::vector<UnitKind> unit_kinds_of(const Catalog& catalog) {
  std::set<UnitKind> kinds = {catalog.definitions.default_unit_kind()};
  for (const auto& [kind, attribute] : catalog.definitions.units) kinds.insert(kind);
  for (const ExperimentEntry& entry : catalog.experiments) kinds.insert(entry.definition.unit);
  return {kinds.begin(), kinds.end()};
}

void print_tally(const Tally& tally, Output output) {
  std::size_t rejected = 0;
  Value::Object reasons;
  for (const auto& [reason, count] : tally.rejected) {
    rejected += count;
    reasons.emplace_back(reason, Value::integer(static_cast<std::int64_t>(count)));
  }
  if (output == Output::kJson) {
    print(
        Value::object({{"rows", Value::integer(static_cast<std::int64_t>(tally.rows))},
                       {"accepted", Value::integer(static_cast<std::int64_t>(tally.accepted))},
                       {"duplicates", Value::integer(static_cast<std::int64_t>(tally.duplicates))},
                       {"rejected", Value::integer(static_cast<std::int64_t>(rejected))},
                       {"rejected_by_reason", Value::object(std::move(reasons))}}));
    return;
  }
  std::cout << tally.rows << " rows: " << tally.accepted << " accepted";
  if (tally.duplicates > 0) std::cout << " (" << tally.duplicates << " known already)";
  std::cout << ", " << rejected << " rejected\n";
  for (const auto& [reason, count] : tally.rejected)
    std::cout << "  " << reason << ": " << count << '\n';
}

Status import_all(ImportRun& run, const ImportOptions& options,
                  const std::optional<Time>& complete_until) {
  for (const std::string& file : options.exposures) {
    if (auto done = import_file(run, file, FileRole::kExposures); !done) return done;
  }
  for (const std::string& file : options.events) {
    if (auto done = import_file(run, file, FileRole::kEvents); !done) return done;
  }
  if (auto flushed = run.flush(); !flushed) return flushed;
  if (!complete_until) return {};
  RecordBatch declaration;
  declaration.source = RowSource::kImport;
  declaration.complete_until = complete_until;
  const auto receipt = run.recorder.record(std::move(declaration));
  return receipt ? Status() : Status(receipt.error());
}

}  // namespace

int run_import(const ImportOptions& options) {
  std::optional<Time> complete_until;
  if (!options.complete_until.empty()) {
    const auto time = parse_rfc3339(options.complete_until);
    if (!time) return fail(time.error().within("--complete-until"));
    complete_until = *time;
  }
  std::ofstream rejects;
  if (!options.rejects.empty()) {
    rejects.open(options.rejects);
    if (!rejects) return fail({Errc::kUnavailable, "cannot write " + options.rejects});
  }
  auto store = open_for_writing(options.store);
  if (!store) return fail(store.error());
  const auto catalog = (*store)->control().latest();
  if (!catalog) return fail(catalog.error());

  const SystemClock clock;
  auto recorder =
      Recorder::open((*store)->events(), (*store)->checkpoints(), clock, RecorderLimits{});
  if (!recorder) return fail(recorder.error());
  IntakeRules rules;
  rules.now = clock.now();
  rules.default_unit_kind = catalog->definitions.default_unit_kind();
  ImportRun run{.recorder = **recorder,
                .sticky = (*store)->sticky(),
                .definitions = catalog->definitions,
                .rules = rules,
                .unit_kinds = unit_kinds_of(*catalog),
                .rejects = rejects.is_open() ? &rejects : nullptr,
                .tally = {},
                .batch = {}};

  const Status done = import_all(run, options, complete_until);
  (*recorder)->stop();
  print_tally(run.tally, options.output);
  if (!done) return fail(done.error());
  return run.tally.rejected.empty() ? kGood : kFindings;
}

}  // namespace converge::cli
