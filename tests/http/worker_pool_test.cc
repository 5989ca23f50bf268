#include "server/api/worker_pool.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <thread>

namespace converge {
namespace {

TEST_CASE("Worker pool: everything posted has run when it is finished") {
  constexpr int kJobs = 1'000;
  std::atomic<int> done{0};
  WorkerPool pool(3);
  for (int i = 0; i < kJobs; ++i) {
    pool.post([&done] { ++done; });
  }
  pool.finish();
  CHECK(done == kJobs);
  pool.post([&done] { ++done; });
  CHECK(done == kJobs + 1);
  pool.finish();
}

TEST_CASE("Worker pool: a job that waits keeps the others waiting for nothing") {
  std::mutex gate;
  WorkerPool pool(2);
  std::atomic<bool> other_ran{false};
  gate.lock();
  pool.post([&gate] { const std::lock_guard lock(gate); });
  pool.post([&other_ran] { other_ran = true; });
  while (!other_ran) std::this_thread::yield();
  gate.unlock();
  pool.finish();
}

}  // namespace
}  // namespace converge
