#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "engine/model/event.h"

namespace converge {

/// What a key may do. A client key is public (it stands in web pages) and may only assign and send
/// events; of the secret roles each includes those before it.
enum class KeyRole { kClient, kRead, kWrite, kDecide };
const char* name_of(KeyRole role);

/// Where GrowthBook SDKs with a client key evaluate features.
enum class FeatureEvaluation { kAnywhere, kRemote };

/// Who asks: the key's name stands in the audit log.
struct Principal {
  std::string name;
  KeyRole role = KeyRole::kClient;
  std::string decryption_key{};  ///< empty: GrowthBook payloads are plain
  FeatureEvaluation evaluation = FeatureEvaluation::kAnywhere;
  std::optional<std::int64_t> requests_per_minute{};  ///< unset: as the server's limits say
  std::vector<EventType> event_types{};               ///< that it may send; empty: all
  bool operator==(const Principal&) const = default;
};

/// The keys a server knows: secret ones as hashes, client keys of the file's text as they are.
/// Immutable, thread-safe.
class KeyRing {
 public:
  static constexpr std::size_t kKeysMax = 1'000;
  static constexpr std::size_t kKeyCharactersMin = 16;
  static constexpr std::int64_t kRequestsPerMinuteMax = 60'000'000;

  /// An empty ring: nobody gets in.
  KeyRing() = default;
  /// {"keys": [{"name", "role": "client|read|write|decide", "key" or "sha256" (64 hexadecimal
  /// digits of the key's SHA-256)}], "anonymous": "read" (optional)}. Client keys may have
  /// "decryption_key" (base64 of 16 bytes) or "evaluation": "remote", "requests_per_minute", and
  /// "event_types" (a list).
  /// Unknown members, repeated names and keys shorter than kKeyCharactersMin are errors that name
  /// the place.
  static Result<KeyRing> parse(std::string_view json);
  /// Warns in the log when others may read the file. kNotFound when there is none.
  static Result<KeyRing> load(const std::string& path);

  /// Null for an unknown key. Compares with secret keys in constant time; client keys, which are
  /// public, are looked up when the file has them as text.
  const Principal* find(std::string_view key) const;
  /// Who asks without a key: a reader when the file says so, else null. Never may it write.
  const Principal* anonymous() const { return anonymous_ ? &*anonymous_ : nullptr; }
  std::size_t size() const { return entries_.size(); }
  std::vector<Principal> principals() const;

 private:
  struct Entry {
    Principal principal;
    Sha256 digest{};
  };
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> client_keys_;  ///< index into entries_
  std::optional<Principal> anonymous_;
};

struct GeneratedKeys {
  std::string client;
  std::string decide;
};

enum class AnonymousAccess { kNone, kRead };

/// Writes a new key file with one client and one decide key from the system's random source,
/// readable by its owner only. kConflict when the file exists.
Result<GeneratedKeys> generate_key_file(const std::string& path, AnonymousAccess anonymous);

}  // namespace converge
