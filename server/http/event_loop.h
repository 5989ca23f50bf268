#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

namespace converge {

/// What a socket can do now.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool broken = false;  ///< reset, or closed in both directions
};

enum class Interest { kNothing, kReadable, kWritable };

/// Whether a watcher is looked at for a deadline that has passed. Thousands that have none would
/// cost more than all others do.
enum class Attention { kSwept, kResting };

/// One thread that waits for sockets (epoll, level-triggered) and runs what is posted to it. A
/// socket and its watcher belong to one loop, so a watcher needs no lock. Watchers are looked at
/// every kSweep for a deadline that has passed: a timer that is set anew at every step of every
/// request costs an assignment instead of a system call.
class EventLoop {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kSweep{50};
  static constexpr Moment kNever = Moment::max();

  /// Who looks after a socket. Every call comes from the loop's thread.
  class Watcher {
   public:
    virtual ~Watcher() = default;
    virtual void on_ready(Readiness ready) = 0;
    virtual Moment deadline() const = 0;
    virtual void on_deadline() = 0;
    /// The server stops: an idle one goes, a busy one finishes.
    virtual void on_drain() = 0;
    /// The server does not wait any longer.
    virtual void on_cut() = 0;
  };

  /// Null when the system gives no descriptors.
  static std::shared_ptr<EventLoop> open();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void start();
  /// Ends the thread after what was posted so far, and waits for it.
  void stop();

  /// From any thread; in order. Dropped after stop().
  void post(std::function<void()> action);
  bool is_current() const;  ///< called on the loop's thread?

  // The rest is for the loop's thread only.

  /// Holds the watcher until unwatch(). False when the system refuses.
  bool watch(int socket, std::shared_ptr<Watcher> watcher);
  void change(int socket, Watcher& watcher, Interest interest) const;
  /// Without it a watcher is swept. Its deadline must be kNever while it rests.
  void attend(Watcher& watcher, Attention attention);
  /// The watcher lives at least until the loop turns again.
  void unwatch(int socket, Watcher& watcher);
  /// Calls one of on_drain, on_cut of every watcher.
  void tell_all(void (Watcher::*news)());

  Moment now() const { return now_; }  ///< when the loop last woke up
  /// Room to receive into, shared by all watchers: what shall stay must be copied.
  std::span<char> scratch() { return scratch_; }

 private:
  EventLoop(int epoll, int wake);
  void wake() const;
  void run();
  void wait();
  void run_posted();
  void sweep();

  static constexpr std::size_t kScratchBytes = std::size_t{64} * 1024;
  const int epoll_;
  const int wake_;  ///< an eventfd that ends the wait when something is posted
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_{};
  using Watchers = std::unordered_map<Watcher*, std::shared_ptr<Watcher>>;
  Watchers watchers_;  ///< swept
  Watchers resting_;
  std::vector<std::shared_ptr<Watcher>> retired_;
  Moment now_{};
  Moment next_sweep_{};
  std::array<char, kScratchBytes> scratch_{};

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  ///< guarded by mutex_
  bool is_stopping_ = false;                   ///< guarded by mutex_
};

}  // namespace converge
