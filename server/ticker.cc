#include "server/ticker.h"

#include "base/log.h"

namespace converge {

TickerThread::TickerThread(Engine& engine, ServiceHealth& health, DefinitionsWatch* watch,
                           std::chrono::milliseconds interval)
    : engine_(engine), health_(health), watch_(watch), interval_(interval) {}

TickerThread::~TickerThread() {
  stop();
}

void TickerThread::start() {
  CONVERGE_CHECK(!thread_.joinable());
  thread_ = std::thread([this] { run(); });
}

void TickerThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status TickerThread::run_once() {
  const std::lock_guard turn(turn_mutex_);
  if (watch_ != nullptr) watch_->poll();
  Status status = engine_.tick();
  health_.tick_ended(engine_.now(), status);
  const std::string trouble = status ? std::string() : status.error().message;
  if (!trouble.empty() && trouble != trouble_) log::error("tick: " + trouble);
  trouble_ = trouble;
  return status;
}

void TickerThread::run() {
  for (;;) {
    // The outcome is in the health record; the next turn tries again.
    static_cast<void>(run_once());
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, interval_, [this] { return is_stopping_; })) return;
  }
}

}  // namespace converge
