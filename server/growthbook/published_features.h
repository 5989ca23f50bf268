#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "engine/model/catalog.h"

namespace converge {

/// The payload of one catalog version as SDKs receive it.
struct FeaturesPayload {
  CatalogVersion version{};
  std::string definitions_version;
  std::string json;  ///< one line
  std::string etag;  ///< of the whole content, in quotation marks
};

/// dateUpdated of what a catalog answers: SDKs take no news with the date that they have already.
std::string date_updated(const Catalog& catalog);

/// The payload of the present catalog, made once per version. Thread-safe.
class PublishedFeatures {
 public:
  /// Errors are those of growthbook_payload.
  Result<std::shared_ptr<const FeaturesPayload>> of(const Catalog& catalog);

 private:
  std::mutex mutex_;
  std::shared_ptr<const FeaturesPayload> newest_;  ///< guarded by mutex_; null: none was asked for
};

}  // namespace converge
