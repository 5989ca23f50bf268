#include "server/api/health.h"

namespace converge {
namespace {

void begin_or_continue(std::optional<ServiceHealth::Trouble>& trouble, Time at,
                       const std::string& message) {
  const Time since = trouble ? trouble->since : at;
  trouble = ServiceHealth::Trouble{message, since};
}

}  // namespace

void ServiceHealth::tick_ended(Time at, const Status& status) {
  const std::lock_guard lock(mutex_);
  state_.last_tick_at = at;
  ++state_.ticks;
  if (status) {
    state_.tick.reset();
    return;
  }
  ++state_.ticks_failed;
  begin_or_continue(state_.tick, at, status.error().message);
}

void ServiceHealth::definitions_failed(Time at, const std::string& message) {
  const std::lock_guard lock(mutex_);
  begin_or_continue(state_.definitions, at, message);
}

void ServiceHealth::definitions_mended() {
  const std::lock_guard lock(mutex_);
  state_.definitions.reset();
}

void ServiceHealth::drain() {
  const std::lock_guard lock(mutex_);
  state_.is_draining = true;
}

ServiceHealth::Snapshot ServiceHealth::snapshot() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

}  // namespace converge
