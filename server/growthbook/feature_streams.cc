#include "server/growthbook/feature_streams.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace converge {
namespace {

BodyStream::Part features_event(const FeaturesPayload& payload) {
  return std::make_shared<const std::string>("id: " + payload.definitions_version +
                                             "\nevent: features\ndata: " + payload.json + "\n\n");
}

}  // namespace

FeatureStreams::~FeatureStreams() {
  stop();
}

std::shared_ptr<BodyStream> FeatureStreams::open(const std::string& known_version) {
  auto stream = std::make_shared<BodyStream>();
  const std::lock_guard lock(mutex_);
  if (is_stopping_) {
    stream->close();
    return stream;
  }
  subscribers_.push_back({stream, known_version});
  version_.clear();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_one();
  return stream;
}

void FeatureStreams::stop() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    thread = std::exchange(thread_, {});
  }
  changed_.notify_one();
  if (thread.joinable()) thread.join();
}

void FeatureStreams::run() {
  auto next_ping = std::chrono::steady_clock::now() + rhythm_.ping_every;
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    look();
    const auto now = std::chrono::steady_clock::now();
    if (now >= next_ping) {
      ping();
      next_ping = now + rhythm_.ping_every;
    }
    changed_.wait_for(lock, rhythm_.look_every, [this] {
      return is_stopping_ || (version_.empty() && !subscribers_.empty());
    });
  }
}

void FeatureStreams::look() {
  const std::shared_ptr<const Catalog> catalog = engine_.catalog();
  std::string version = catalog->definitions_version();
  if (version == version_) return;
  forget_closed();
  version_ = std::move(version);
  const auto payload = published_.of(*catalog);
  if (!payload) return log::error("features stream: " + payload.error().message);
  const BodyStream::Part event = features_event(**payload);
  for (Subscriber& subscriber : subscribers_) {
    if (subscriber.version == version_) continue;
    subscriber.stream->write(event);
    subscriber.version = version_;
  }
}

void FeatureStreams::ping() {
  forget_closed();
  static const auto kPing = std::make_shared<const std::string>(": ping\n\n");
  for (const Subscriber& subscriber : subscribers_) subscriber.stream->write(kPing);
}

void FeatureStreams::forget_closed() {
  subscribers_.erase(std::remove_if(subscribers_.begin(), subscribers_.end(),
                                    [](const Subscriber& one) { return !one.stream->is_open(); }),
                     subscribers_.end());
}

}  // namespace converge
