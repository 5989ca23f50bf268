#include "engine/catalog_keeper.h"

#include <utility>

namespace converge {
namespace {

Result<CatalogSnapshot> compiled(const Catalog& catalog) {
  Result<TimeZone> zone = TimeZone::find(catalog.definitions.timezone);
  if (!zone) return zone.error().within("timezone");
  Result<std::shared_ptr<const Assigner>> assigner = Assigner::compile(catalog);
  if (!assigner) return assigner.error();
  return CatalogSnapshot{std::make_shared<const Catalog>(catalog), *std::move(assigner),
                         *std::move(zone)};
}

}  // namespace

Result<std::unique_ptr<CatalogKeeper>> CatalogKeeper::open(ControlStore& control) {
  std::unique_ptr<CatalogKeeper> keeper(new CatalogKeeper(control));
  Result<Catalog> latest = control.latest();
  if (!latest) return latest.error();
  Result<CatalogSnapshot> snapshot = compiled(*latest);
  if (!snapshot) return snapshot.error();
  keeper->publish(*std::move(snapshot));
  return keeper;
}

CatalogSnapshot CatalogKeeper::snapshot() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return present_;
}

Status CatalogKeeper::refresh() {
  const Result<CatalogVersion> newest = control_.version();
  if (!newest) return newest.error();
  if (*newest == snapshot().catalog->version) return {};
  Result<Catalog> latest = control_.latest();
  if (!latest) return latest.error();
  Result<CatalogSnapshot> fresh = compiled(*latest);
  if (!fresh) return fresh.error();
  publish(*std::move(fresh));
  return {};
}

Status CatalogKeeper::commit(const Catalog& next, std::span<const AuditEntry> audit,
                             const std::optional<StoredLook>& look) {
  Result<CatalogSnapshot> snapshot = compiled(next);
  if (!snapshot) return snapshot.error();
  const CatalogVersion expected{raw(next.version) - 1};
  if (Status stored = control_.put(expected, next, audit, look); !stored) return stored;
  publish(*std::move(snapshot));
  return {};
}

void CatalogKeeper::publish(CatalogSnapshot snapshot) {
  const std::lock_guard<std::mutex> lock(mutex_);
  // Two writers may publish in the other order than they stored.
  const bool is_older =
      present_.catalog && raw(snapshot.catalog->version) < raw(present_.catalog->version);
  if (!is_older) present_ = std::move(snapshot);
}

}  // namespace converge
