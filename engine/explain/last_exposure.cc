#include "engine/explain/last_exposure.h"

#include <algorithm>
#include <utility>

#include "engine/ledger/chain_reader.h"

namespace converge {
namespace {

bool is_retracted(const Event& exposure, const std::vector<DecodedRow>& chain) {
  if (exposure.id.empty()) return false;
  return std::any_of(chain.begin(), chain.end(), [&exposure](const DecodedRow& row) {
    const Event& event = row.event;
    return event.type == EventType::kRetract && event.of == RetractTarget::kExposure &&
           event.id == exposure.id && event.units == exposure.units;
  });
}

}  // namespace

Result<std::optional<ExposureSeen>> last_exposure(EventLog& log, const Unit& unit, LogSeq newest,
                                                  Time at) {
  Result<std::vector<DecodedRow>> chain = ChainReader(log).read(unit, newest);
  if (!chain) return chain.error();
  const Event* last = nullptr;
  for (const DecodedRow& row : *chain) {
    const Event& event = row.event;
    if (event.type == EventType::kErase) return std::optional<ExposureSeen>{};
    if (event.type != EventType::kExposure || event.ts > at) continue;
    if (last != nullptr && event.ts <= last->ts) continue;
    if (!is_retracted(event, *chain)) last = &event;
  }
  if (last == nullptr) return std::optional<ExposureSeen>{};
  ExposureSeen seen{last->ts, last->experiment, last->attributes};
  if (seen.attributes.as_object() == nullptr) seen.attributes = Value::object({});
  return std::optional(std::move(seen));
}

}  // namespace converge
