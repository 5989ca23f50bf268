#include "engine/ledger/record_set.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "engine/codec/event_codec.h"

namespace converge {
namespace {

/// The identity that a retract takes back. What a retract says is all in there, so that two of them
/// never contradict each other.
std::string target_of(const ChainRecord& retract) {
  Event target;
  target.type =
      retract.event.of == RetractTarget::kExposure ? EventType::kExposure : EventType::kOutcome;
  target.id = retract.event.id;
  target.units = retract.event.units;
  return event_identity(target, {});
}

void resolve(std::vector<const ChainRecord*>& contents) {
  std::sort(contents.begin(), contents.end(),
            [](const ChainRecord* a, const ChainRecord* b) { return a->canonical < b->canonical; });
  const auto end = std::unique(
      contents.begin(), contents.end(),
      [](const ChainRecord* a, const ChainRecord* b) { return a->canonical == b->canonical; });
  contents.erase(end, contents.end());
}

}  // namespace

bool earlier(const ChainRecord& a, const ChainRecord& b) {
  return a.event.ts != b.event.ts ? a.event.ts < b.event.ts : a.canonical < b.canonical;
}

std::vector<Identity> identities_of(std::span<const ChainRecord> records, Time look_time,
                                    const std::function<bool(const Unit&)>& is_erased) {
  std::map<std::string, Identity> by_identity;
  std::set<std::string> retracted;
  for (const ChainRecord& record : records) {
    if (record.event.ts >= look_time) continue;
    switch (record.event.type) {
      case EventType::kExposure:
      case EventType::kOutcome:
        by_identity[event_identity(record.event, record.canonical)].contents.push_back(&record);
        break;
      case EventType::kRetract:
        retracted.insert(target_of(record));
        break;
      case EventType::kLink:
      case EventType::kErase:
        break;
    }
  }
  std::vector<Identity> identities;
  identities.reserve(by_identity.size());
  for (auto& [name, identity] : by_identity) {
    resolve(identity.contents);
    if (retracted.contains(name)) identity.removal = Removal::kRetracted;
    const std::vector<Unit>& units = identity.units();
    if (std::any_of(units.begin(), units.end(), is_erased)) identity.removal = Removal::kErased;
    identities.push_back(std::move(identity));
  }
  return identities;
}

}  // namespace converge
