#include <algorithm>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/report.h"
#include "cli/service_process.h"

namespace converge::cli {
namespace {

ServiceProcessOptions process_options(const ServeOptions& options) {
  ServiceProcessOptions process;
  process.store = options.store;
  process.definitions = options.definitions;
  process.keys = options.keys.empty() ? options.store.path + ".keys.json" : options.keys;
  process.address = options.address;
  process.port = options.port;
  process.tick_interval = std::chrono::milliseconds(options.tick_ms);
  process.http.connections_max = options.connections_max;
  process.http.streams_max = std::min(options.streams_max, options.connections_max);
  process.limits.requests_per_minute = options.rate_limit;
  const Duration stale_after = std::chrono::hours(options.stale_after_hours);
  process.engine.health.stale_after = stale_after;
  process.engine.ledger.stale_after = stale_after;
  if (options.act)
    process.engine.automation = *options.act ? Automation::kAct : Automation::kRecommend;
  return process;
}

}  // namespace

int run_serve(const ServeOptions& options) {
  const StopSignals signals;
  const SystemClock clock;
  auto process = ServiceProcess::start(process_options(options), clock);
  if (!process) {
    const int status = fail(process.error());
    return status == kUsage ? kUsage : kFailure;
  }
  (*process)->ticker().start();
  say("converge: environment " + (*process)->engine().environment());
  say("listening on http://" + options.address + ":" + std::to_string((*process)->port()));
  signals.wait();
  say("converge: stopping: no new requests, committing what is queued");
  if (const Status stopped = (*process)->stop(); !stopped) return fail(stopped.error());
  say("converge: stopped");
  return kGood;
}

}  // namespace converge::cli
