#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.h"
#include "server/growthbook/published_features.h"
#include "server/http/body_stream.h"

namespace converge {

struct StreamRhythm {
  std::chrono::milliseconds look_every{200};     ///< for a new catalog version
  std::chrono::milliseconds ping_every{30'000};  ///< so that nobody between takes a stream for dead
};

/// The event streams of GET /sub: each has the features of the present catalog soon after every
/// change. Thread-safe. Owns one thread, from the first stream on.
class FeatureStreams {
 public:
  /// The references must outlive it.
  FeatureStreams(const Engine& engine, PublishedFeatures& published, const StreamRhythm& rhythm)
      : engine_(engine), published_(published), rhythm_(rhythm) {}
  ~FeatureStreams();  ///< stop()
  FeatureStreams(const FeatureStreams&) = delete;
  FeatureStreams& operator=(const FeatureStreams&) = delete;

  /// A stream whose client has the content of that definitions version (another text: none of the
  /// present ones), to be sent as an answer.
  std::shared_ptr<BodyStream> open(const std::string& known_version);
  /// Writes nothing any more. Idempotent.
  void stop();

 private:
  struct Subscriber {
    std::shared_ptr<BodyStream> stream;
    std::string version;  ///< of what was written last
  };
  void run();
  void look();
  void ping();
  void forget_closed();

  const Engine& engine_;
  PublishedFeatures& published_;
  const StreamRhythm rhythm_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Subscriber> subscribers_;  ///< guarded by mutex_
  std::string version_;                  ///< guarded by mutex_: all subscribers have it
  bool is_stopping_ = false;             ///< guarded by mutex_
  std::thread thread_;                   ///< guarded by mutex_
};

}  // namespace converge
