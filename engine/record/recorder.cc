#include "engine/record/recorder.h"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/sha256.h"
#include "engine/record/chain_heads.h"

namespace converge {
namespace {

/// 128 bits of SHA-256: nobody can make two contents that pass for one.
using Digest = std::array<std::uint64_t, 2>;

struct DigestHash {
  std::size_t operator()(const Digest& digest) const { return digest[0]; }
};

/// A repeat through another source is another row: sources have their own watermarks.
Digest digest_of(RowKind kind, RowSource source, std::string_view body) {
  std::string content = kind == RowKind::kEvent ? "e" : "c";
  content += source == RowSource::kLive ? 'l' : 'i';
  content += body;
  const Sha256 hash = sha256(content);
  Digest digest{};
  std::memcpy(digest.data(), hash.data(), sizeof digest);
  return digest;
}

/// The last contents that became durable, oldest forgotten first.
class RecentContents {
 public:
  explicit RecentContents(std::size_t max) : max_(max) {}

  bool contains(const Digest& digest) const { return known_.contains(digest); }
  void add(const Digest& digest) {
    if (max_ == 0 || !known_.insert(digest).second) return;
    order_.push_back(digest);
    if (order_.size() <= max_) return;
    known_.erase(order_.front());
    order_.pop_front();
  }

 private:
  std::size_t max_;
  boost::unordered_flat_set<Digest, DigestHash> known_;
  std::deque<Digest> order_;
};

struct Pending {
  RecordBatch batch;
  Recorder::Done done;
  Time received_at{};
};

/// Rows of one commit and what they change once they are durable.
struct Group {
  std::vector<LogRow> rows;
  std::vector<Digest> digests;
  boost::unordered_flat_set<Digest, DigestHash> in_group;
  boost::unordered_flat_map<std::uint64_t, LogSeq> heads;
  std::vector<RecordReceipt> receipts;  ///< per pending batch
};

}  // namespace

struct Recorder::State {
  State(EventLog& event_log, CheckpointStore& checkpoint_store, const Clock& a_clock,
        const RecorderLimits& recorder_limits)
      : log(event_log),
        checkpoints(checkpoint_store),
        clock(a_clock),
        limits(recorder_limits),
        recent(recorder_limits.recent_max) {}

  EventLog& log;
  CheckpointStore& checkpoints;
  const Clock& clock;
  const RecorderLimits limits;

  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<Pending> queue;      // guarded by mutex
  std::size_t queued_events = 0;  // guarded by mutex; those being committed included
  bool stopping = false;          // guarded by mutex
  std::mutex stop_mutex;
  std::thread writer;

  mutable std::mutex heads_mutex;
  ChainHeads heads;  // changed by the writer thread, under heads_mutex

  // Of the writer thread.
  LogSeq last{};
  LogSeq saved{};
  bool last_is_certain = true;
  RecentContents recent;

  Status restore();
  void run();
  std::vector<Pending> next_group();
  void commit(std::vector<Pending> pending);
  Status find_end();
  Group make_group(const std::vector<Pending>& pending) const;
  void add_row(LogRow row, const Event* event, Group& group) const;
  void settle(const Group& group);
  void save_heads();
};

Status Recorder::State::restore() {
  Result<RestoredHeads> restored = restore_chain_heads(log, checkpoints);
  if (!restored) return restored.error();
  heads = std::move(restored->heads);
  saved = restored->saved;
  last = restored->last;
  return {};
}

std::vector<Pending> Recorder::State::next_group() {
  std::unique_lock lock(mutex);
  wake.wait(lock, [this] { return stopping || !queue.empty(); });
  std::vector<Pending> group;
  std::size_t events = 0;
  while (!queue.empty()) {
    const std::size_t size = queue.front().batch.events.size();
    if (!group.empty() && events + size > limits.group_events_max) break;
    events += size;
    group.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return group;
}

void Recorder::State::run() {
  for (;;) {
    std::vector<Pending> group = next_group();
    if (group.empty()) break;
    commit(std::move(group));
    if (raw(last) - raw(saved) >= limits.checkpoint_rows) save_heads();
  }
  if (last != saved) save_heads();
}

Status Recorder::State::find_end() {
  if (last_is_certain) return {};
  const Result<LogSeq> end = log.last();
  if (!end) return end.error();
  {
    const std::lock_guard lock(heads_mutex);
    if (Status caught_up = heads.catch_up(log, last); !caught_up) return caught_up;
  }
  last = *end;
  last_is_certain = true;
  return {};
}

void Recorder::State::add_row(LogRow row, const Event* event, Group& group) const {
  const Digest digest = digest_of(row.kind, row.source, row.body);
  if (recent.contains(digest) || !group.in_group.insert(digest).second) {
    if (event != nullptr) ++group.receipts.back().duplicates;
    return;
  }
  row.seq = LogSeq{raw(last) + static_cast<std::int64_t>(group.rows.size()) + 1};
  if (event != nullptr) {
    for (const Unit& unit : event->units) {
      const auto found = group.heads.find(chain_key(unit));
      row.previous.push_back(found == group.heads.end() ? heads.head(chain_key(unit))
                                                        : found->second);
    }
    // Afterwards, so that two units of one event never point at their own row.
    for (const Unit& unit : event->units) group.heads[chain_key(unit)] = row.seq;
  }
  group.digests.push_back(digest);
  group.rows.push_back(std::move(row));
}

Group Recorder::State::make_group(const std::vector<Pending>& pending) const {
  Group group;
  for (const Pending& item : pending) {
    group.receipts.push_back({item.batch.events.size(), 0});
    for (const AcceptedEvent& accepted : item.batch.events) {
      LogRow row;
      row.source = item.batch.source;
      row.received_at = item.received_at;
      row.body = accepted.canonical;
      add_row(std::move(row), &accepted.event, group);
    }
    if (!item.batch.complete_until) continue;
    LogRow row;
    row.kind = RowKind::kCompleteUntil;
    row.source = item.batch.source;
    row.received_at = item.received_at;
    row.body = format_rfc3339(*item.batch.complete_until);
    add_row(std::move(row), nullptr, group);
  }
  return group;
}

void Recorder::State::settle(const Group& group) {
  {
    const std::lock_guard lock(heads_mutex);
    for (const auto& [key, seq] : group.heads) heads.set(key, seq);
  }
  for (const Digest& digest : group.digests) recent.add(digest);
  last = LogSeq{raw(last) + static_cast<std::int64_t>(group.rows.size())};
}

void Recorder::State::commit(std::vector<Pending> pending) {
  Status durable = find_end();
  Group group;
  if (durable) {
    group = make_group(pending);
    if (!group.rows.empty()) durable = log.append(group.rows);
    // A failed commit may or may not have reached the disk: ask before numbering the next rows.
    last_is_certain = durable.has_value();
  }
  if (durable) settle(group);
  std::size_t events = 0;
  for (const Pending& item : pending) events += item.batch.events.size();
  {
    const std::lock_guard lock(mutex);
    queued_events -= events;
  }
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (durable) {
      pending[i].done(group.receipts[i]);
    } else {
      pending[i].done(durable.error());
    }
  }
}

void Recorder::State::save_heads() {
  // After a failed commit the heads may lack rows that are durable; they hold all up to `last`.
  const Status done = checkpoints.save(kHeadsCheckpoint, {last, heads.encode()});
  saved = last;
  if (!done) log::warning("chain heads were not saved: " + done.error().message);
}

Recorder::Recorder(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Recorder>> Recorder::open(EventLog& log, CheckpointStore& checkpoints,
                                                 const Clock& clock, const RecorderLimits& limits) {
  auto state = std::make_unique<State>(log, checkpoints, clock, limits);
  if (Status restored = state->restore(); !restored) return restored.error().within("recorder");
  State* running = state.get();
  state->writer = std::thread([running] { running->run(); });
  return std::unique_ptr<Recorder>(new Recorder(std::move(state)));
}

Recorder::~Recorder() {
  stop();
}

Status Recorder::submit(RecordBatch batch, Done done) {
  const std::size_t size = batch.events.size();
  if (size > state_->limits.queue_events_max) {
    return Error{Errc::kTooLarge, "a batch holds more events than the queue (" +
                                      std::to_string(state_->limits.queue_events_max) + ")"};
  }
  const Time received_at = state_->clock.now();
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping) return Error{Errc::kUnavailable, "the recorder has stopped"};
    if (state_->queued_events + size > state_->limits.queue_events_max) {
      return Error{Errc::kUnavailable, "too many events wait for a commit: try again"};
    }
    state_->queued_events += size;
    state_->queue.push_back({std::move(batch), std::move(done), received_at});
  }
  state_->wake.notify_one();
  return {};
}

Result<RecordReceipt> Recorder::record(RecordBatch batch) {
  auto answer = std::make_shared<std::promise<Result<RecordReceipt>>>();
  std::future<Result<RecordReceipt>> future = answer->get_future();
  const Status queued = submit(std::move(batch), [answer](const Result<RecordReceipt>& receipt) {
    answer->set_value(receipt);
  });
  if (!queued) return queued.error();
  return future.get();
}

void Recorder::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->wake.notify_one();
  const std::lock_guard lock(state_->stop_mutex);
  if (state_->writer.joinable()) state_->writer.join();
}

LogSeq Recorder::newest_row(const Unit& unit) const {
  const std::lock_guard lock(state_->heads_mutex);
  return state_->heads.head(chain_key(unit));
}

std::size_t Recorder::queued_events() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queued_events;
}

}  // namespace converge
