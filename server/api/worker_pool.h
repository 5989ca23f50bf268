#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace converge {

/// Threads for work that would keep others waiting. Thread-safe. The queue has no limit of its own:
/// whoever posts bounds it.
class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  ~WorkerPool();  ///< as finish()
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// `work` must not throw. After finish() it runs at once, on the caller's thread.
  void post(std::function<void()> work);
  /// Waits until everything posted has run. Idempotent.
  void finish();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;  ///< guarded by mutex_
  bool is_finishing_ = false;                ///< guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace converge
