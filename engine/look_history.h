#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "engine/model/catalog.h"
#include "engine/ports.h"

namespace converge {

/// What the engine must remember of the looks at one measured experiment since its start. It is
/// read from the store, so that a restart changes nothing.
class LookHistory {
 public:
  static Result<LookHistory> load(ControlStore& control, const ExperimentEntry& entry);

  /// Whether it still belongs to the entry: a new start has a new history.
  bool is_of(const ExperimentEntry& entry) const { return started_at_ == *entry.started_at; }

  /// The last scheduled look, or the start.
  Time scheduled_until() const { return scheduled_until_; }

  /// Whether a tick's look says something that the last stored look did not say.
  bool is_news(const StoredLook& look) const { return statement_of(look) != statement_; }

  /// Whether the engine acted on the same decision before: the experiment stands where it stood, so
  /// people undid it, and from then on it is only recommended. An expiry before a later extension
  /// is another decision.
  bool was_undone(const Decision& decision, const ExperimentEntry& acting,
                  const TimeZone& zone) const;

  void add(const StoredLook& look);

 private:
  struct Acted {
    Decision decision;
    Time look_time{};
  };
  static std::string statement_of(const StoredLook& look);

  Time started_at_{};
  Time scheduled_until_{};
  std::string statement_;
  std::vector<Acted> acted_;
};

}  // namespace converge
