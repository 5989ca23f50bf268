#include "cli/service_process.h"

#include <signal.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "cli/open_store.h"
#include "cli/report.h"
#include "server/api/api.h"
#include "server/definitions_watch.h"
#include "server/http/descriptor_limit.h"

namespace converge::cli {
namespace {

constexpr std::chrono::seconds kDrainMax{10};

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

Result<KeyRing> load_or_make_keys(const std::string& path) {
  if (!std::filesystem::exists(path)) {
    const auto made = generate_key_file(path, AnonymousAccess::kNone);
    if (!made) return made.error();
    say("made " + path + " with a client key and a decide key");
  }
  return KeyRing::load(path);
}

/// As many connections as asked for, or as many as the system lets this process have.
HttpLimits possible(const HttpLimits& asked) {
  const std::size_t descriptors = raise_descriptor_limit();
  const HttpLimits limits = fitted_to(asked, descriptors);
  if (limits.connections_max < asked.connections_max) {
    say("the system allows " + std::to_string(descriptors) + " open files (ulimit -Hn): at most " +
        std::to_string(limits.connections_max) + " connections instead of " +
        std::to_string(asked.connections_max) + ", of these " + std::to_string(limits.streams_max) +
        " event streams");
  }
  return limits;
}

}  // namespace

struct ServiceProcess::Parts {
  std::unique_ptr<Store> store;
  std::unique_ptr<Engine> engine;
  KeyRing keys;
  ServiceHealth health;
  StaticAssets assets;
  std::optional<DefinitionsWatch> watch;
  std::optional<TickerThread> ticker;
  std::optional<Api> api;
  std::unique_ptr<HttpServer> http;
  bool stopped = false;
};

ServiceProcess::ServiceProcess(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ServiceProcess::~ServiceProcess() {
  if (const Status stopped = stop(); !stopped) say("converge: " + stopped.error().message);
}

Result<std::unique_ptr<ServiceProcess>> ServiceProcess::start(const ServiceProcessOptions& options,
                                                              const Clock& clock) {
  auto parts = std::make_unique<Parts>();
  auto store = open_for_writing(options.store);
  if (!store) return store.error();
  parts->store = std::move(*store);
  auto keys = load_or_make_keys(options.keys);
  if (!keys) return keys.error();
  parts->keys = std::move(*keys);
  auto engine = Engine::open(*parts->store, clock, options.engine);
  if (!engine) return engine.error();
  parts->engine = std::move(*engine);

  if (!options.definitions.empty())
    parts->watch.emplace(options.definitions, *parts->engine, parts->health);
  parts->ticker.emplace(*parts->engine, parts->health, parts->watch ? &*parts->watch : nullptr,
                        options.tick_interval);
  // A failed first turn shows in /healthz and is tried again; serving goes on with the catalog as
  // it is.
  static_cast<void>(parts->ticker->run_once());

  parts->assets = options.assets;
  parts->assets.add(kSdkFiles);
  parts->api.emplace(
      Service{*parts->engine, parts->keys, options.limits, parts->health, &parts->assets});
  HttpServerOptions http;
  http.address = options.address;
  http.port = options.port;
  http.limits = possible(options.http);
  http.error_response = &Api::error_response;
  auto server = HttpServer::start(http, parts->api->handler());
  if (!server) return server.error();
  parts->http = std::move(*server);
  return std::unique_ptr<ServiceProcess>(new ServiceProcess(std::move(parts)));
}

std::uint16_t ServiceProcess::port() const {
  return parts_->http->port();
}

Engine& ServiceProcess::engine() {
  return *parts_->engine;
}

TickerThread& ServiceProcess::ticker() {
  return *parts_->ticker;
}

Status ServiceProcess::stop() {
  if (parts_->stopped) return {};
  parts_->stopped = true;
  parts_->health.drain();
  parts_->http->stop(kDrainMax);
  parts_->api->finish();
  parts_->ticker->stop();
  return parts_->engine->close();
}

StopSignals::StopSignals() {
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A client that goes away must not end the server.
  signal(SIGPIPE, SIG_IGN);
}

bool StopSignals::take() const {
  const sigset_t set = stop_set();
  const timespec at_once{};
  return sigtimedwait(&set, nullptr, &at_once) > 0;
}

void StopSignals::wait() const {
  const sigset_t set = stop_set();
  int received = 0;
  sigwait(&set, &received);
}

}  // namespace converge::cli
