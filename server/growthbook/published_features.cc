#include "server/growthbook/published_features.h"

#include "base/sha256.h"
#include "base/time.h"
#include "engine/codec/json.h"
#include "engine/features/growthbook_payload.h"

namespace converge {
namespace {

constexpr int kEtagDigits = 32;

}  // namespace

std::string date_updated(const Catalog& catalog) {
  return format_rfc3339(catalog.created_at);
}

Result<std::shared_ptr<const FeaturesPayload>> PublishedFeatures::of(const Catalog& catalog) {
  const std::lock_guard lock(mutex_);
  if (newest_ != nullptr && newest_->version == catalog.version) return newest_;
  const Result<Value> document = growthbook_payload(catalog, date_updated(catalog));
  if (!document) return document.error();
  auto payload = std::make_shared<FeaturesPayload>();
  payload->version = catalog.version;
  payload->definitions_version = catalog.definitions_version();
  payload->json = to_json(*document);
  payload->etag = '"' + hex_prefix(sha256(payload->json), kEtagDigits) + '"';
  newest_ = std::move(payload);
  return newest_;
}

}  // namespace converge
