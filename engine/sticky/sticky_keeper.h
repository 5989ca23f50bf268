#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/assign/sticky_bucket.h"
#include "engine/ports.h"

namespace converge {

struct StickyLimits {
  std::size_t queue_changes_max = 100'000;  ///< waiting for a commit; beyond it: kUnavailable
  std::size_t group_changes_max = 10'000;   ///< of one commit
  /// Evaluations of one request. Each further one follows from an assignment that another request
  /// made meanwhile.
  int evaluations_max = 8;
};

/// Sticky assignments between requests and the store: read by each request, written in groups, and
/// nothing is said before it is durable (law 2). Requests of one unit at the same time agree: the
/// first one is kept, the others are evaluated again with what it stored. Thread-safe. Owns one
/// writer thread.
class StickyKeeper {
 public:
  /// Evaluates with the documents and keeps the outcome for itself, replacing that of a former
  /// call. Null: nobody asked for stickiness.
  using Evaluation = std::function<Status(StickyBuckets*)>;
  using Done = std::function<void(const Status&)>;

  /// The store must outlive it.
  StickyKeeper(StickyStore& store, const StickyLimits& limits);
  ~StickyKeeper();  ///< stop()

  /// Evaluates with the documents of `units`. `done` runs once when the last evaluation's outcome
  /// may be told: before settle returns when nothing had to be written, else on the writer thread,
  /// and must not block. An error that settle returns (of the evaluation, of the read, kUnavailable
  /// when the queue is full or the keeper stopped) is the only answer: `done` never runs.
  Status settle(std::vector<StickyUnit> units, Evaluation evaluate, Done done);

  /// What is kept, one document per unit; evaluates nothing.
  Result<std::vector<StickyDocument>> find(std::span<const StickyUnit> units);
  /// Forgets everything that the unit was given.
  Status erase(const StickyUnit& unit);

  /// Commits what is queued, refuses what comes later, joins the thread. Idempotent.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace converge
