#include "server/api/keys.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/base64.h"
#include "base/log.h"
#include "engine/codec/event_codec.h"
#include "engine/codec/json.h"
#include "server/api/body.h"

namespace converge {
namespace {

constexpr std::size_t kRandomBytes = 24;

constexpr BodyMember kFileMembers[] = {
    {"keys", MemberKind::kArray, Presence::kRequired, "the keys"},
    {"anonymous", MemberKind::kText, Presence::kOptional, "read: results need no key"},
};
constexpr BodyMember kKeyMembers[] = {
    {"name", MemberKind::kText, Presence::kRequired, "who holds it; stands in the audit log"},
    {"role", MemberKind::kText, Presence::kRequired, "client, read, write or decide"},
    {"key", MemberKind::kText, Presence::kOptional, "the key itself"},
    {"sha256", MemberKind::kText, Presence::kOptional, "or its SHA-256 in hexadecimal"},
    {"decryption_key", MemberKind::kText, Presence::kOptional,
     "client keys: GrowthBook payloads are encrypted for it"},
    {"evaluation", MemberKind::kText, Presence::kOptional,
     "client keys: remote, GrowthBook SDKs get values and no rules"},
    {"requests_per_minute", MemberKind::kInteger, Presence::kOptional,
     "client keys: more are answered with 429"},
    {"event_types", MemberKind::kTexts, Presence::kOptional,
     "client keys: the types of events that it may send"},
};

std::optional<KeyRole> role_named(std::string_view name) {
  for (const KeyRole role : {KeyRole::kClient, KeyRole::kRead, KeyRole::kWrite, KeyRole::kDecide}) {
    if (name == name_of(role)) return role;
  }
  return std::nullopt;
}

std::optional<Sha256> digest_from_hex(std::string_view hex) {
  Sha256 digest{};
  if (hex.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char* begin = hex.data() + 2 * i;
    const auto [end, error] = std::from_chars(begin, begin + 2, digest[i], 16);
    if (error != std::errc() || end != begin + 2) return std::nullopt;
  }
  return digest;
}

/// Takes the same time wherever the first difference is.
bool equal_in_constant_time(const Sha256& a, const Sha256& b) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

Result<std::vector<EventType>> event_types_of(const Value& entry) {
  std::vector<EventType> types;
  const Value* listed = entry.find("event_types");
  if (listed == nullptr || listed->is_null()) return types;
  for (const Value& name : *listed->as_array()) {
    const std::optional<EventType> type = event_type_named(*name.as_string());
    if (!type) {
      return Error{Errc::kInvalidArgument,
                   "event_types: exposure, outcome, link, retract or erase is expected, not \"" +
                       *name.as_string() + "\""};
    }
    types.push_back(*type);
  }
  if (!types.empty()) return types;
  return Error{Errc::kInvalidArgument, "event_types: name at least one, or leave it out"};
}

/// What only client keys may have.
Status read_client_settings(const Value& entry, Principal& principal) {
  constexpr std::size_t kDecryptionKeyBytes = 16;
  const std::string* decryption_key = text_member(entry, "decryption_key");
  const std::string* evaluation = text_member(entry, "evaluation");
  const auto requests = integer_member(entry, "requests_per_minute");
  Result<std::vector<EventType>> types = event_types_of(entry);
  if (!types) return types.error();
  principal.event_types = *std::move(types);
  const bool has_settings = decryption_key != nullptr || evaluation != nullptr || requests ||
                            !principal.event_types.empty();
  if (has_settings && principal.role != KeyRole::kClient) {
    return Error{Errc::kInvalidArgument,
                 "decryption_key, evaluation, requests_per_minute and event_types are for keys of "
                 "the role client"};
  }
  if (evaluation != nullptr) {
    if (*evaluation != "remote") {
      return Error{Errc::kInvalidArgument, "evaluation: remote is expected, or leave it out"};
    }
    if (decryption_key != nullptr) {
      return Error{
          Errc::kInvalidArgument,
          "evaluation: remote answers are not encrypted, so it goes without decryption_key"};
    }
    principal.evaluation = FeatureEvaluation::kRemote;
  }
  if (decryption_key != nullptr) {
    const std::optional<std::string> bytes = base64_decoded(*decryption_key);
    if (!bytes || bytes->size() != kDecryptionKeyBytes) {
      return Error{Errc::kInvalidArgument, "decryption_key: base64 of 16 bytes is expected"};
    }
    principal.decryption_key = *decryption_key;
  }
  if (requests && (*requests < 1 || *requests > KeyRing::kRequestsPerMinuteMax)) {
    return Error{Errc::kInvalidArgument, "requests_per_minute: 1 to " +
                                             std::to_string(KeyRing::kRequestsPerMinuteMax) +
                                             " is expected"};
  }
  principal.requests_per_minute = requests;
  return {};
}

Result<Principal> principal_of(const Value& entry, const std::string& place) {
  if (const Status form = check_object(entry, kKeyMembers); !form) {
    return form.error().within(place);
  }
  const auto role = role_named(*text_member(entry, "role"));
  if (!role) {
    return Error{Errc::kInvalidArgument,
                 place + ".role: client, read, write or decide is expected"};
  }
  Principal principal{*text_member(entry, "name"), *role};
  if (const Status read = read_client_settings(entry, principal); !read) {
    return read.error().within(place);
  }
  return principal;
}

Result<Sha256> digest_of(const Value& entry) {
  const std::string* key = text_member(entry, "key");
  const std::string* hex = text_member(entry, "sha256");
  if ((key == nullptr) == (hex == nullptr)) {
    return Error{Errc::kInvalidArgument, "exactly one of \"key\" and \"sha256\" is expected"};
  }
  if (key != nullptr) {
    if (key->size() >= KeyRing::kKeyCharactersMin) return sha256(*key);
    return Error{Errc::kInvalidArgument,
                 "key: at least " + std::to_string(KeyRing::kKeyCharactersMin) +
                     " characters are expected, so that nobody can guess it"};
  }
  if (const auto digest = digest_from_hex(*hex)) return *digest;
  return Error{Errc::kInvalidArgument, "sha256: 64 hexadecimal digits are expected"};
}

Result<std::string> random_text(const std::string& prefix) {
  std::uint8_t bytes[kRandomBytes];
  if (getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) {
    return Error{Errc::kUnavailable, "the system's random source gave no bytes"};
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text = prefix;
  for (const std::uint8_t byte : bytes) {
    text += kHex[byte >> 4U];
    text += kHex[byte & 0xFU];
  }
  return text;
}

Status write_private_file(const std::string& path, const std::string& content) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    const Errc code = errno == EEXIST ? Errc::kConflict : Errc::kUnavailable;
    return Error{code, path + ": cannot be created: " + std::strerror(errno)};
  }
  const ssize_t written = write(file, content.data(), content.size());
  const bool is_complete = written == static_cast<ssize_t>(content.size()) && fsync(file) == 0;
  close(file);
  if (is_complete) return {};
  unlink(path.c_str());
  return Error{Errc::kUnavailable, path + ": could not be written completely"};
}

Value key_document(const std::string& name, KeyRole role, const std::string& key) {
  return Value::object({{"name", Value::string(name)},
                        {"role", Value::string(name_of(role))},
                        {"key", Value::string(key)}});
}

}  // namespace

const char* name_of(KeyRole role) {
  switch (role) {
    case KeyRole::kClient:
      return "client";
    case KeyRole::kRead:
      return "read";
    case KeyRole::kWrite:
      return "write";
    case KeyRole::kDecide:
      return "decide";
  }
  return "";
}

Result<KeyRing> KeyRing::parse(std::string_view json) {
  const Result<Value> document = read_object(json, kFileMembers);
  if (!document) return document.error();
  const Value::Array& keys = *document->find("keys")->as_array();
  if (keys.size() > kKeysMax) {
    return Error{Errc::kTooLarge, "keys: at most " + std::to_string(kKeysMax)};
  }
  KeyRing ring;
  if (const std::string* anonymous = text_member(*document, "anonymous")) {
    if (*anonymous != name_of(KeyRole::kRead)) {
      return Error{Errc::kInvalidArgument, "anonymous: only read is possible without a key"};
    }
    ring.anonymous_ = Principal{"anonymous", KeyRole::kRead};
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string place = "keys[" + std::to_string(i) + "]";
    Result<Principal> principal = principal_of(keys[i], place);
    if (!principal) return principal.error();
    const Result<Sha256> digest = digest_of(keys[i]);
    if (!digest) return digest.error().within(place);
    for (const Entry& other : ring.entries_) {
      if (other.principal.name == principal->name || other.digest == *digest) {
        return Error{Errc::kInvalidArgument, place + ": same name or key as an earlier one"};
      }
    }
    const std::string* key = text_member(keys[i], "key");
    if (principal->role == KeyRole::kClient && key != nullptr) {
      ring.client_keys_.emplace(*key, ring.entries_.size());
    }
    ring.entries_.push_back({*std::move(principal), *digest});
  }
  return ring;
}

std::vector<Principal> KeyRing::principals() const {
  std::vector<Principal> all;
  all.reserve(entries_.size());
  for (const Entry& entry : entries_) all.push_back(entry.principal);
  return all;
}

Result<KeyRing> KeyRing::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Errc::kNotFound, path + ": the key file cannot be read"};
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  struct stat about {};
  if (stat(path.c_str(), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    log::warning(path + " holds secret keys and others may read it: chmod 600 " + path);
  }
  Result<KeyRing> ring = parse(text);
  if (!ring) return ring.error().within(path);
  return ring;
}

const Principal* KeyRing::find(std::string_view key) const {
  if (const auto client = client_keys_.find(key); client != client_keys_.end()) {
    return &entries_[client->second].principal;
  }
  const Sha256 digest = sha256(key);
  const Principal* found = nullptr;
  for (const Entry& entry : entries_) {
    if (equal_in_constant_time(entry.digest, digest)) found = &entry.principal;
  }
  return found;
}

Result<GeneratedKeys> generate_key_file(const std::string& path, AnonymousAccess anonymous) {
  const Result<std::string> client = random_text("client_");
  if (!client) return client.error();
  const Result<std::string> decide = random_text("decide_");
  if (!decide) return decide.error();
  Value::Object members = {
      {"keys", Value::array({key_document("web", KeyRole::kClient, *client),
                             key_document("operator", KeyRole::kDecide, *decide)})}};
  if (anonymous == AnonymousAccess::kRead) {
    members.emplace_back("anonymous", Value::string(name_of(KeyRole::kRead)));
  }
  const Value document = Value::object(std::move(members));
  if (const Status written = write_private_file(path, to_json_pretty(document) + "\n"); !written) {
    return written.error();
  }
  return GeneratedKeys{*client, *decide};
}

}  // namespace converge
