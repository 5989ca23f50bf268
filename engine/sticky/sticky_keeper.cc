#include "engine/sticky/sticky_keeper.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace converge {
namespace {

using Documents = std::map<std::string, StickyDocument, std::less<>>;

const std::string* variation_in(const StickyDocument& document, const std::string& assignment) {
  const auto found =
      std::find_if(document.assignments.begin(), document.assignments.end(),
                   [&assignment](const auto& entry) { return entry.first == assignment; });
  return found == document.assignments.end() ? nullptr : &found->second;
}

/// What an evaluation changed of the documents it was given.
std::vector<StickyChange> changes_of(const StickyBuckets& after, const Documents& before) {
  std::vector<StickyChange> changes;
  for (const std::string& key : after.changed) {
    const StickyDocument& document = after.documents.at(key);
    const auto known = before.find(key);
    for (const auto& [assignment, variation] : document.assignments) {
      const std::string* had =
          known == before.end() ? nullptr : variation_in(known->second, assignment);
      if (had != nullptr && *had == variation) continue;
      changes.push_back({{document.attribute_name, document.attribute_value},
                         assignment,
                         variation,
                         had == nullptr ? std::nullopt : std::optional(*had)});
    }
  }
  return changes;
}

/// A request that waits for its assignments to be kept.
struct Waiting {
  Documents known;  ///< as they are stored, as far as the request knows
  StickyKeeper::Evaluation evaluate;
  StickyKeeper::Done done;
  int evaluations = 0;
  std::vector<StickyChange> changes;  ///< of the last evaluation

  /// Its changes are then in `changes`.
  Status evaluate_again() {
    StickyBuckets buckets{known, {}};
    ++evaluations;
    if (Status evaluated = evaluate(&buckets); !evaluated) return evaluated;
    changes = changes_of(buckets, known);
    return {};
  }

  /// False: another request was first, and `known` has what it stored.
  bool accept(std::span<const std::string> kept) {
    bool is_all_kept = true;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (kept[i] == changes[i].variation) continue;
      is_all_kept = false;
      const StickyUnit& unit = changes[i].unit;
      StickyDocument& document = known[sticky_document_key(unit.attribute, unit.value)];
      document.attribute_name = unit.attribute;
      document.attribute_value = unit.value;
      std::erase_if(document.assignments,
                    [&](const auto& entry) { return entry.first == changes[i].assignment; });
      document.assignments.emplace_back(changes[i].assignment, kept[i]);
    }
    return is_all_kept;
  }
};

}  // namespace

struct StickyKeeper::State {
  State(StickyStore& sticky_store, const StickyLimits& sticky_limits)
      : store(sticky_store), limits(sticky_limits) {}

  StickyStore& store;
  const StickyLimits limits;

  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Waiting> queue;       // guarded by mutex
  std::size_t queued_changes = 0;  // guarded by mutex
  bool stopping = false;           // guarded by mutex
  std::mutex stop_mutex;
  std::thread writer;

  Status submit(Waiting waiting);
  void run();
  std::vector<Waiting> next_group();
  void commit(std::vector<Waiting> group);
  void answer(Waiting waiting, std::span<const std::string> kept);
};

Status StickyKeeper::State::submit(Waiting waiting) {
  {
    const std::lock_guard lock(mutex);
    if (stopping) return Error{Errc::kUnavailable, "sticky assignments are not kept any more"};
    if (queued_changes + waiting.changes.size() > limits.queue_changes_max) {
      return Error{Errc::kUnavailable, "too many sticky assignments wait for a commit: try again"};
    }
    queued_changes += waiting.changes.size();
    queue.push_back(std::move(waiting));
  }
  wake.notify_one();
  return {};
}

std::vector<Waiting> StickyKeeper::State::next_group() {
  std::unique_lock lock(mutex);
  wake.wait(lock, [this] { return stopping || !queue.empty(); });
  std::vector<Waiting> group;
  std::size_t changes = 0;
  while (!queue.empty()) {
    const std::size_t size = queue.front().changes.size();
    if (!group.empty() && changes + size > limits.group_changes_max) break;
    changes += size;
    group.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  queued_changes -= changes;
  return group;
}

void StickyKeeper::State::run() {
  for (;;) {
    std::vector<Waiting> group = next_group();
    if (group.empty()) return;
    commit(std::move(group));
  }
}

void StickyKeeper::State::commit(std::vector<Waiting> group) {
  std::vector<StickyChange> changes;
  for (const Waiting& waiting : group) {
    changes.insert(changes.end(), waiting.changes.begin(), waiting.changes.end());
  }
  const Result<std::vector<std::string>> kept = store.keep(changes);
  std::size_t first = 0;
  for (Waiting& waiting : group) {
    const std::size_t count = waiting.changes.size();
    if (kept) {
      answer(std::move(waiting), std::span(*kept).subspan(first, count));
    } else {
      waiting.done(kept.error());
    }
    first += count;
  }
}

void StickyKeeper::State::answer(Waiting waiting, std::span<const std::string> kept) {
  if (waiting.accept(kept)) return waiting.done({});
  if (waiting.evaluations >= limits.evaluations_max) {
    return waiting.done(
        Error{Errc::kUnavailable, "other requests of this unit came first: try again"});
  }
  Status again = waiting.evaluate_again();
  if (!again || waiting.changes.empty()) return waiting.done(again);
  const Done done = waiting.done;
  if (Status queued = submit(std::move(waiting)); !queued) done(queued);
}

StickyKeeper::StickyKeeper(StickyStore& store, const StickyLimits& limits)
    : state_(std::make_unique<State>(store, limits)) {
  state_->writer = std::thread([state = state_.get()] { state->run(); });
}

StickyKeeper::~StickyKeeper() {
  stop();
}

Status StickyKeeper::settle(std::vector<StickyUnit> units, Evaluation evaluate, Done done) {
  if (units.empty()) {
    if (Status evaluated = evaluate(nullptr); !evaluated) return evaluated;
    done({});
    return {};
  }
  Result<std::vector<StickyDocument>> found = state_->store.find(units);
  if (!found) return found.error();
  Waiting waiting;
  for (StickyDocument& document : *found) {
    if (document.assignments.empty()) continue;
    std::string key = sticky_document_key(document.attribute_name, document.attribute_value);
    waiting.known.emplace(std::move(key), std::move(document));
  }
  waiting.evaluate = std::move(evaluate);
  waiting.done = std::move(done);
  if (Status evaluated = waiting.evaluate_again(); !evaluated) return evaluated;
  if (waiting.changes.empty()) {
    waiting.done({});
    return {};
  }
  return state_->submit(std::move(waiting));
}

Result<std::vector<StickyDocument>> StickyKeeper::find(std::span<const StickyUnit> units) {
  return state_->store.find(units);
}

Status StickyKeeper::erase(const StickyUnit& unit) {
  return state_->store.erase(unit);
}

void StickyKeeper::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_one();
  const std::lock_guard lock(state_->stop_mutex);
  if (state_->writer.joinable()) state_->writer.join();
}

}  // namespace converge
