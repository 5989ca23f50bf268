#include "server/streams/catalog_streams.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace converge {

CatalogStreams::~CatalogStreams() {
  stop();
}

std::shared_ptr<BodyStream> CatalogStreams::open(const StreamTopic& topic,
                                                 const std::string& known_version) {
  auto stream = std::make_shared<BodyStream>();
  const std::lock_guard lock(mutex_);
  if (is_stopping_) {
    stream->close();
    return stream;
  }
  Told& told = topics_.try_emplace(topic.name, Told{topic, {}, nullptr}).first->second;
  // Under the lock: a look that comes later finds this version or a newer one.
  const std::shared_ptr<const Catalog> catalog = engine_.catalog();
  if (catalog->definitions_version() != known_version) {
    if (const BodyStream::Part& event = event_of(told, *catalog)) stream->write(event);
  }
  subscribers_.push_back({stream, &told, catalog->version});
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  return stream;
}

void CatalogStreams::stop() {
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    thread = std::exchange(thread_, {});
  }
  stopped_.notify_one();
  if (thread.joinable()) thread.join();
}

const BodyStream::Part& CatalogStreams::event_of(Told& told, const Catalog& catalog) {
  if (told.version == catalog.version) return told.event;
  told.version = catalog.version;
  Result<BodyStream::Part> event = told.topic.event(catalog);
  // Without the topic's name, which may hold a key.
  if (!event) log::error("event stream: " + event.error().message);
  told.event = event ? *std::move(event) : nullptr;
  return told.event;
}

void CatalogStreams::run() {
  auto next_ping = std::chrono::steady_clock::now() + rhythm_.ping_every;
  Lock lock(mutex_);
  while (!is_stopping_) {
    look(lock);
    const auto now = std::chrono::steady_clock::now();
    if (now >= next_ping) {
      ping(lock);
      next_ping = now + rhythm_.ping_every;
    }
    stopped_.wait_for(lock, rhythm_.look_every, [this] { return is_stopping_; });
  }
}

void CatalogStreams::look(Lock& lock) {
  const std::shared_ptr<const Catalog> catalog = engine_.catalog();
  if (catalog->version == version_) return;
  forget_closed();
  version_ = catalog->version;
  std::size_t written = 0;
  // By index: others may subscribe while it breathes.
  for (std::size_t i = 0; i < subscribers_.size() && !is_stopping_; ++i) {
    Subscriber& subscriber = subscribers_[i];
    // Who came meanwhile may have a newer version already.
    if (raw(subscriber.version) >= raw(version_)) continue;
    subscriber.version = version_;
    const BodyStream::Part& event = event_of(*subscriber.told, *catalog);
    if (!event) continue;
    subscriber.stream->write(event);
    breathe_after(++written, lock);
  }
}

void CatalogStreams::ping(Lock& lock) {
  forget_closed();
  static const auto kPing = std::make_shared<const std::string>(": ping\n\n");
  for (std::size_t i = 0; i < subscribers_.size() && !is_stopping_; ++i) {
    subscribers_[i].stream->write(kPing);
    breathe_after(i + 1, lock);
  }
}

/// The threads that send would do nothing else until all is sent.
void CatalogStreams::breathe_after(std::size_t written, Lock& lock) {
  if (written % rhythm_.burst_max != 0) return;
  stopped_.wait_for(lock, rhythm_.burst_pause, [this] { return is_stopping_; });
}

void CatalogStreams::forget_closed() {
  subscribers_.erase(std::remove_if(subscribers_.begin(), subscribers_.end(),
                                    [](const Subscriber& one) { return !one.stream->is_open(); }),
                     subscribers_.end());
}

}  // namespace converge
