#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engine/codec/event_codec.h"
#include "engine/ports.h"

namespace converge {

struct RecorderLimits {
  std::size_t queue_events_max =
      200'000;  ///< waiting for a commit; beyond it submit answers kUnavailable
  std::size_t group_events_max = 20'000;     ///< rows of one commit
  std::size_t recent_max = 1'000'000;        ///< contents remembered to recognise repeats at once
  std::int64_t checkpoint_rows = 2'000'000;  ///< rows between two checkpoints of the chain heads
};

struct RecordReceipt {
  std::size_t accepted = 0;  ///< durable now, repeats included
  std::size_t duplicates =
      0;  ///< of these, contents that were durable already and were not logged again
};

struct RecordBatch {
  std::vector<AcceptedEvent> events;
  RowSource source = RowSource::kLive;
  /// Imports: declares, after the events, that the import's data are complete until here.
  std::optional<Time> complete_until;
};

/// Group commit: batches that wait while a commit runs go into the next one together. The only
/// writer of the log; it gives numbers and chain pointers. A receipt is given after the commit
/// returned, never before (law 2). A content seen among the `recent_max` last ones of its source
/// (128 bits of SHA-256) is not logged again; all other repeats are logged and the fold decides.
/// Thread-safe. Owns one writer thread.
class Recorder {
 public:
  using Done = std::function<void(const Result<RecordReceipt>&)>;

  /// Reads the checkpoint "chain-heads" and the log after it. The references must outlive the
  /// recorder.
  static Result<std::unique_ptr<Recorder>> open(EventLog& log, CheckpointStore& checkpoints,
                                                const Clock& clock, const RecorderLimits& limits);
  ~Recorder();  ///< stop()

  /// Queues a batch; `done` runs once on the writer thread, after the commit or its failure, and
  /// must not block. kUnavailable at once (and `done` never runs) when the queue is full or the
  /// recorder stopped; kTooLarge for a batch that no queue of this size can hold.
  Status submit(RecordBatch batch, Done done);
  /// submit and wait.
  Result<RecordReceipt> record(RecordBatch batch);

  /// Commits what is queued, refuses what comes later, saves the chain heads, joins the thread.
  /// Idempotent.
  void stop();

  std::size_t queued_events() const;
  /// The newest durable row of the unit's chain, 0 when there is none: where a chain walk begins.
  LogSeq newest_row(const Unit& unit) const;

 private:
  struct State;
  explicit Recorder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace converge
