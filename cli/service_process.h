#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "engine/engine.h"
#include "server/api/service.h"
#include "server/http/server.h"
#include "server/ticker.h"
#include "server/web/static_assets.h"

namespace converge::cli {

struct ServiceProcessOptions {
  StoreOptions store;
  std::string definitions;  ///< folder to watch; empty: none
  std::string keys;         ///< key file, made when there is none
  std::string address;
  std::uint16_t port = 0;
  EngineOptions engine;
  StaticAssets assets;  ///< served beside the API and the web SDK
  std::chrono::milliseconds tick_interval{1000};
  HttpLimits http;
  ServiceLimits limits;
};

/// The parts of a running server wired together: store, engine, keys, API, HTTP, ticker. For
/// `serve` and the demo.
class ServiceProcess {
 public:
  /// Opens everything, takes one turn (so that definitions are in force), then listens. `clock`
  /// must outlive it.
  static Result<std::unique_ptr<ServiceProcess>> start(const ServiceProcessOptions& options,
                                                       const Clock& clock);
  ~ServiceProcess();

  std::uint16_t port() const;
  Engine& engine();
  /// Not turning by itself until its start() is called.
  TickerThread& ticker();

  /// Stops accepting, lets requests in flight finish, commits what is queued, saves a checkpoint.
  /// Idempotent.
  Status stop();

 private:
  struct Parts;
  explicit ServiceProcess(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// SIGTERM and SIGINT, taken in turn by one thread instead of interrupting any. Make it before the
/// first thread.
class StopSignals {
 public:
  StopSignals();
  /// Blocks until one arrives.
  void wait() const;
  /// Whether one has arrived; takes it.
  bool take() const;
};

}  // namespace converge::cli
