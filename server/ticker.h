#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "engine/engine.h"
#include "server/api/health.h"
#include "server/definitions_watch.h"

namespace converge {

/// The one thread that turns the engine. The interval is real time, whatever clock the engine has;
/// a turn that takes longer than it delays the next. The references must outlive it.
class TickerThread {
 public:
  /// `watch` may be null: no folder is watched.
  TickerThread(Engine& engine, ServiceHealth& health, DefinitionsWatch* watch,
               std::chrono::milliseconds interval);
  ~TickerThread();  ///< stop()

  /// Turns at once and then after every interval.
  void start();
  /// Waits for a turn under way. Idempotent.
  void stop();

  /// One turn in the calling thread: polls the folder, then ticks. Never beside another turn. A
  /// failure is also in the health record and the log.
  Status run_once();

 private:
  void run();

  Engine& engine_;
  ServiceHealth& health_;
  DefinitionsWatch* const watch_;
  const std::chrono::milliseconds interval_;

  std::mutex turn_mutex_;  ///< held during a turn
  std::string trouble_;    ///< last logged; guarded by turn_mutex_

  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_stopping_ = false;  ///< guarded by mutex_
  std::thread thread_;        ///< touched by start() and stop() only
};

}  // namespace converge
