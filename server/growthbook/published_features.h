#pragma once

#include <map>
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
std::string date_updated(Time created_at);

/// The payload of the present catalog, plain and for each key, made once per version. Thread-safe.
class PublishedFeatures {
 public:
  /// Encrypted for that key (base64 of 16 bytes), plain without one. Errors are those of
  /// growthbook_payload.
  Result<std::shared_ptr<const FeaturesPayload>> of(const Catalog& catalog,
                                                    const std::string& decryption_key);

 private:
  std::mutex mutex_;
  /// Guarded by mutex_; the newest asked for, by decryption key.
  std::map<std::string, std::shared_ptr<const FeaturesPayload>> newest_;
};

}  // namespace converge
