#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/ports.h"

/// The ports in memory, for tests, simulations and one-shot analyses: nothing survives the process.
/// Same contract as the durable adapters (one conformance suite), thread-safe.
namespace converge {

class MemoryEventLog final : public EventLog {
 public:
  Result<LogSeq> last() override;
  Status append(std::span<const LogRow> rows) override;
  Result<std::vector<LogRow>> read(LogSeq after, std::size_t limit) override;
  Result<LogRow> row(LogSeq seq) override;

 private:
  std::shared_mutex mutex_;
  std::vector<LogRow> rows_;  ///< row n at index n - 1
};

class MemoryControlStore final : public ControlStore {
 public:
  Result<CatalogVersion> version() override;
  Result<Catalog> latest() override;
  Result<Catalog> at(CatalogVersion version) override;
  Result<Catalog> in_force(Time time) override;
  Status put(CatalogVersion expected, const Catalog& next, std::span<const AuditEntry> audit,
             const std::optional<StoredLook>& look) override;
  Result<std::int64_t> record_look(const StoredLook& look) override;
  Result<std::vector<StoredLook>> looks(const ExperimentKey& experiment, Time from, Time until,
                                        std::size_t limit) override;
  Result<std::vector<AuditEntry>> audit(Time from, Time until, std::size_t limit) override;

 private:
  std::int64_t add_look(const StoredLook& look);

  std::shared_mutex mutex_;
  std::vector<Catalog> versions_{Catalog{}};  ///< version n at index n
  std::vector<StoredLook> looks_;
  std::vector<AuditEntry> audit_;
};

class MemoryCheckpointStore final : public CheckpointStore {
 public:
  Result<std::optional<Checkpoint>> load(const std::string& name) override;
  Status save(const std::string& name, const Checkpoint& checkpoint) override;

 private:
  std::shared_mutex mutex_;
  std::map<std::string, Checkpoint> checkpoints_;
};

class MemoryStickyStore final : public StickyStore {
 public:
  Result<std::vector<StickyDocument>> find(std::span<const StickyUnit> units) override;
  Result<std::vector<std::string>> keep(std::span<const StickyChange> changes) override;
  Status erase(const StickyUnit& unit) override;

 private:
  std::shared_mutex mutex_;
  std::map<StickyUnit, std::map<std::string, std::string>> assignments_;
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::string environment) : environment_(std::move(environment)) {}

  EventLog& events() override { return events_; }
  ControlStore& control() override { return control_; }
  CheckpointStore& checkpoints() override { return checkpoints_; }
  StickyStore& sticky() override { return sticky_; }
  const std::string& environment() const override { return environment_; }

 private:
  std::string environment_;
  MemoryEventLog events_;
  MemoryControlStore control_;
  MemoryCheckpointStore checkpoints_;
  MemoryStickyStore sticky_;
};

}  // namespace converge
