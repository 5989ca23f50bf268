#include "server/http/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace converge {
namespace {

constexpr int kEventsOfOneWait = 128;

std::uint32_t events_of(Interest interest) {
  switch (interest) {
    case Interest::kNothing:
      return 0;
    case Interest::kReadable:
      return EPOLLIN;
    case Interest::kWritable:
      return EPOLLOUT;
  }
  return 0;
}

Readiness readiness_of(std::uint32_t events) {
  return {(events & EPOLLIN) != 0, (events & EPOLLOUT) != 0, (events & (EPOLLERR | EPOLLHUP)) != 0};
}

}  // namespace

std::shared_ptr<EventLoop> EventLoop::open() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // a watcher for sockets, null for the eventfd
  if (epoll >= 0 && wake >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) == 0) {
    return std::shared_ptr<EventLoop>(new EventLoop(epoll, wake));
  }
  if (epoll >= 0) close(epoll);
  if (wake >= 0) close(wake);
  return nullptr;
}

EventLoop::EventLoop(int epoll, int wake) : epoll_(epoll), wake_(wake) {}

EventLoop::~EventLoop() {
  close(wake_);
  close(epoll_);
}

void EventLoop::start() {
  thread_ = std::thread([this] { run(); });
}

void EventLoop::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
  run_posted();  // of a loop that never started: what it holds may hold the loop
}

void EventLoop::post(std::function<void()> action) {
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return;
    posted_.push_back(std::move(action));
    if (posted_.size() > 1) return;  // the loop is awake or about to be
  }
  wake();
}

void EventLoop::wake() const {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then the loop wakes up anyway.
  static_cast<void>(!write(wake_, &one, sizeof one));
}

bool EventLoop::is_current() const {
  return thread_id_.load(std::memory_order_relaxed) == std::this_thread::get_id();
}

bool EventLoop::watch(int socket, std::shared_ptr<Watcher> watcher) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = watcher.get();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) return false;
  watchers_.emplace(watcher.get(), std::move(watcher));
  return true;
}

void EventLoop::change(int socket, Watcher& watcher, Interest interest) const {
  epoll_event event{};
  event.events = events_of(interest);
  event.data.ptr = &watcher;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
}

void EventLoop::attend(Watcher& watcher, Attention attention) {
  const bool is_swept = attention == Attention::kSwept;
  Watchers& from = is_swept ? resting_ : watchers_;
  Watchers& to = is_swept ? watchers_ : resting_;
  if (auto moved = from.extract(&watcher)) to.insert(std::move(moved));
}

void EventLoop::unwatch(int socket, Watcher& watcher) {
  auto gone = watchers_.extract(&watcher);
  if (!gone) gone = resting_.extract(&watcher);
  if (!gone) return;
  epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
  retired_.push_back(std::move(gone.mapped()));
}

void EventLoop::tell_all(void (Watcher::*news)()) {
  std::vector<std::shared_ptr<Watcher>> all;
  all.reserve(watchers_.size() + resting_.size());
  for (const Watchers* some : {&watchers_, &resting_}) {
    for (const auto& [key, watcher] : *some) all.push_back(watcher);
  }
  for (const auto& watcher : all) ((*watcher).*news)();
}

void EventLoop::run() {
  thread_id_.store(std::this_thread::get_id());
  for (;;) {
    wait();
    run_posted();
    if (now_ >= next_sweep_) sweep();
    retired_.clear();
    const std::lock_guard lock(mutex_);
    if (is_stopping_ && posted_.empty()) break;
  }
  watchers_.clear();
  resting_.clear();
}

void EventLoop::wait() {
  std::array<epoll_event, kEventsOfOneWait> events;
  const int timeout_ms = watchers_.empty() ? -1 : static_cast<int>(kSweep.count());
  const int count = epoll_wait(epoll_, events.data(), kEventsOfOneWait, timeout_ms);
  now_ = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) {
      std::uint64_t posts = 0;
      static_cast<void>(!read(wake_, &posts, sizeof posts));
    } else {
      static_cast<Watcher*>(event.data.ptr)->on_ready(readiness_of(event.events));
    }
  }
}

void EventLoop::run_posted() {
  std::vector<std::function<void()>> actions;
  {
    const std::lock_guard lock(mutex_);
    actions.swap(posted_);
  }
  for (const auto& action : actions) action();
}

void EventLoop::sweep() {
  next_sweep_ = now_ + kSweep;
  std::vector<std::shared_ptr<Watcher>> due;
  for (const auto& [key, watcher] : watchers_) {
    if (watcher->deadline() <= now_) due.push_back(watcher);
  }
  for (const auto& watcher : due) watcher->on_deadline();
}

}  // namespace converge
