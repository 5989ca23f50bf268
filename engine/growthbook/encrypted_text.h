#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/model/value.h"

/// GrowthBook's encrypted payload members (protocol section 7): base64(iv) "." base64(AES-128-CBC).
namespace converge::growthbook {

/// The text inside, with bytes that are no UTF-8 as U+FFFD; nullopt when key (base64 of 16 bytes),
/// form or padding is wrong.
std::optional<std::string> decrypted_text(std::string_view encrypted, std::string_view key);

/// `iv` are 16 bytes that were never used with this key before; nullopt when key or iv is
/// malformed.
std::optional<std::string> encrypted_text(std::string_view plain, std::string_view key,
                                          std::string_view iv);

/// A payload in which encryptedFeatures, encryptedExperiments, encryptedSavedGroups and
/// encryptedContextualBandits have taken the place of what they stand for. kInvalidArgument with
/// the member's name when one does not decrypt or is no JSON.
Result<Value> decrypted_payload(const Value& payload, std::string_view key);

/// The other way: what can be encrypted is, and `features` stays as an empty object, as SDKs
/// expect. The same payload and key give the same bytes. kInvalidArgument when the key is
/// malformed.
Result<Value> encrypted_payload(const Value& payload, std::string_view key);

}  // namespace converge::growthbook
