#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/strong_id.h"

namespace converge {

using ExperimentKey = StrongId<struct ExperimentKeyTag>;
using VariantKey = StrongId<struct VariantKeyTag>;
using MetricKey = StrongId<struct MetricKeyTag>;
/// A metric's key and the first hexadecimal digits of its definition's hash:
/// "conversion_7d@1f3a90c2".
using MetricId = StrongId<struct MetricIdTag>;
using FlagKey = StrongId<struct FlagKeyTag>;
using LayerKey = StrongId<struct LayerKeyTag>;
using EventName = StrongId<struct EventNameTag>;
/// "user_id", "visitor_id", "account": who is randomised.
using UnitKind = StrongId<struct UnitKindTag>;

/// One unit: a kind and an id of that kind.
struct Unit {
  UnitKind kind;
  std::string id;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated 0 for a pointer
  auto operator<=>(const Unit&) const = default;
  bool operator==(const Unit&) const = default;
};

/// Position in the event log: 1 for the first row, no gaps. 0 means "before the first row".
enum class LogSeq : std::int64_t {};
constexpr std::int64_t raw(LogSeq seq) {
  return static_cast<std::int64_t>(seq);
}

/// Increases by one with every change of the catalog; 0 is the empty catalog.
enum class CatalogVersion : std::int64_t {};
constexpr std::int64_t raw(CatalogVersion version) {
  return static_cast<std::int64_t>(version);
}

}  // namespace converge
