#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.h"
#include "server/http/body_stream.h"

namespace converge {

struct StreamRhythm {
  std::chrono::milliseconds look_every{200};     ///< for a new catalog version
  std::chrono::milliseconds ping_every{20'000};  ///< so that nobody between takes a stream for dead
  std::size_t burst_max = 256;                   ///< streams written to without a pause
  std::chrono::milliseconds burst_pause{4};      ///< in which other requests have their turn
};

/// What streams of one kind are told: the event of a catalog, made once per version for all of
/// them. Topics of one name are the same.
struct StreamTopic {
  std::string name;
  std::function<Result<BodyStream::Part>(const Catalog& catalog)> event;
};

/// Event streams that follow the catalog: each is told of the present version soon after every
/// change, and only after requests are answered by it. Thread-safe. Owns one thread, from the first
/// stream on.
class CatalogStreams {
 public:
  /// The engine must outlive it.
  CatalogStreams(const Engine& engine, const StreamRhythm& rhythm)
      : engine_(engine), rhythm_(rhythm) {}
  ~CatalogStreams();  ///< stop()
  CatalogStreams(const CatalogStreams&) = delete;
  CatalogStreams& operator=(const CatalogStreams&) = delete;

  /// A stream, to be sent as an answer, whose client knows that definitions version: another text
  /// than the present one's has the event written at once. What the topic refers to must outlive
  /// this object.
  std::shared_ptr<BodyStream> open(const StreamTopic& topic, const std::string& known_version);
  /// Writes nothing any more. Idempotent.
  void stop();

 private:
  /// A topic with its newest event.
  struct Told {
    StreamTopic topic;
    CatalogVersion version{};
    BodyStream::Part event;  ///< null: there was none to make
  };
  struct Subscriber {
    std::shared_ptr<BodyStream> stream;
    Told* told;              ///< in topics_
    CatalogVersion version;  ///< of what was written last
  };
  using Lock = std::unique_lock<std::mutex>;
  static const BodyStream::Part& event_of(Told& told, const Catalog& catalog);
  void run();
  void look(Lock& lock);
  void ping(Lock& lock);
  void breathe_after(std::size_t written, Lock& lock);
  void forget_closed();

  const Engine& engine_;
  const StreamRhythm rhythm_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::map<std::string, Told> topics_;   ///< guarded by mutex_
  std::vector<Subscriber> subscribers_;  ///< guarded by mutex_; only the thread takes some away
  CatalogVersion version_{};             ///< guarded by mutex_: what the last look found
  bool is_stopping_ = false;             ///< guarded by mutex_
  std::thread thread_;                   ///< guarded by mutex_
};

}  // namespace converge
