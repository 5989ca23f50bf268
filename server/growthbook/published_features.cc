#include "server/growthbook/published_features.h"

#include <utility>

#include "base/sha256.h"
#include "base/time.h"
#include "engine/codec/json.h"
#include "engine/features/growthbook_payload.h"
#include "engine/growthbook/encrypted_text.h"

namespace converge {
namespace {

constexpr int kEtagDigits = 32;

}  // namespace

std::string date_updated(Time created_at) {
  return format_rfc3339(created_at);
}

Result<std::shared_ptr<const FeaturesPayload>> PublishedFeatures::of(
    const Catalog& catalog, const std::string& decryption_key) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const FeaturesPayload>& newest = newest_[decryption_key];
  if (newest != nullptr && newest->version == catalog.version) return newest;
  Result<Value> document = growthbook_payload(catalog, date_updated(catalog.created_at));
  if (document && !decryption_key.empty()) {
    document = growthbook::encrypted_payload(*document, decryption_key);
  }
  if (!document) return document.error();
  auto payload = std::make_shared<FeaturesPayload>();
  payload->version = catalog.version;
  payload->definitions_version = catalog.definitions_version();
  payload->json = to_json(*document);
  payload->etag = '"' + hex_prefix(sha256(payload->json), kEtagDigits) + '"';
  newest = std::move(payload);
  return newest;
}

}  // namespace converge
