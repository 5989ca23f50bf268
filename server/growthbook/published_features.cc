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

std::string date_updated(const Catalog& catalog) {
  return format_rfc3339(catalog.created_at);
}

Result<std::shared_ptr<const FeaturesPayload>> PublishedFeatures::of(
    const Catalog& catalog, const std::string& decryption_key) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const FeaturesPayload>& newest = newest_[decryption_key];
  if (newest != nullptr && newest->version == catalog.version) return newest;
  Result<Value> document = growthbook_payload(catalog, date_updated(catalog));
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

std::shared_ptr<const ExposureTexts> PublishedFeatures::exposures_of(
    std::shared_ptr<const Assigner> assigner) {
  const std::lock_guard lock(exposures_mutex_);
  if (exposures_ == nullptr || &exposures_->assigner() != assigner.get()) {
    exposures_ = std::make_shared<const ExposureTexts>(std::move(assigner));
  }
  return exposures_;
}

}  // namespace converge
