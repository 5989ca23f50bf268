#include "engine/growthbook/encrypted_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/aes_cbc.h"
#include "base/base64.h"
#include "base/sha256.h"
#include "engine/assign/utf16.h"
#include "engine/codec/json.h"

namespace converge::growthbook {
namespace {

constexpr char kSeparator = '.';
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Encrypted members and what they stand for.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kEncryptedMembers = {
    {{"encryptedFeatures", "features"},
     {"encryptedExperiments", "experiments"},
     {"encryptedSavedGroups", "savedGroups"},
     {"encryptedContextualBandits", "contextualBandits"}}};

/// The name of what an encrypted member stands for; empty for other members.
std::string_view plain_name(std::string_view member) {
  const auto* found = std::find_if(kEncryptedMembers.begin(), kEncryptedMembers.end(),
                                   [member](const auto& pair) { return pair.first == member; });
  return found == kEncryptedMembers.end() ? std::string_view() : found->second;
}

/// The name under which a member is encrypted; empty for members that stay plain.
std::string_view encrypted_name(std::string_view member) {
  const auto* found = std::find_if(kEncryptedMembers.begin(), kEncryptedMembers.end(),
                                   [member](const auto& pair) { return pair.second == member; });
  return found == kEncryptedMembers.end() ? std::string_view() : found->first;
}

/// Of the key and what is encrypted: another text has another vector, and nobody who lacks the key
/// can tell which.
std::string synthetic_iv(std::string_view key, std::string_view plain) {
  constexpr std::size_t kIvBytes = 16;
  const Sha256 digest = sha256(std::string(key).append(1, '\n').append(plain));
  return {digest.begin(), digest.begin() + kIvBytes};
}

Result<Value> decrypted_member(const Value& encrypted, std::string_view key) {
  const std::string* text = encrypted.as_string();
  const std::optional<std::string> plain =
      text == nullptr ? std::nullopt : decrypted_text(*text, key);
  if (!plain) {
    return Error{Errc::kInvalidArgument,
                 "does not decrypt with the key: expected base64(iv), a "
                 "dot and base64(AES-128-CBC)"};
  }
  return parse_json(*plain);
}

/// A byte order mark at the front is no text, as browsers decode.
std::string valid_utf8(std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const DecodedCodePoint point = decode_code_point(bytes);
    text += point.value == 0xFFFD ? kReplacement : bytes.substr(0, point.bytes);
    bytes.remove_prefix(point.bytes);
  }
  return text;
}

}  // namespace

std::optional<std::string> decrypted_text(std::string_view encrypted, std::string_view key) {
  const std::size_t separator = encrypted.find(kSeparator);
  if (separator == std::string_view::npos) return std::nullopt;
  std::string_view rest = encrypted.substr(separator + 1);
  rest = rest.substr(0, rest.find(kSeparator));
  const std::optional<std::string> iv = base64_decoded(encrypted.substr(0, separator));
  const std::optional<std::string> cipher = base64_decoded(rest);
  const std::optional<std::string> key_bytes = base64_decoded(key);
  if (!iv || !cipher || !key_bytes) return std::nullopt;
  const std::optional<std::string> plain = aes_128_cbc_decrypted(*cipher, *key_bytes, *iv);
  if (!plain) return std::nullopt;
  return valid_utf8(*plain);
}

std::optional<std::string> encrypted_text(std::string_view plain, std::string_view key,
                                          std::string_view iv) {
  const std::optional<std::string> key_bytes = base64_decoded(key);
  if (!key_bytes) return std::nullopt;
  const std::optional<std::string> cipher = aes_128_cbc_encrypted(plain, *key_bytes, iv);
  if (!cipher) return std::nullopt;
  return base64_encoded(iv) + kSeparator + base64_encoded(*cipher);
}

Result<Value> decrypted_payload(const Value& payload, std::string_view key) {
  const Value::Object* members = payload.as_object();
  if (members == nullptr) return payload;
  Value::Object plain;
  for (const auto& [name, value] : *members) {
    if (!plain_name(name).empty()) {
      Result<Value> decrypted = decrypted_member(value, key);
      if (!decrypted) return decrypted.error().within(name);
      plain.emplace_back(plain_name(name), *std::move(decrypted));
    }
  }
  for (const auto& [name, value] : *members) {
    const bool is_replaced = std::any_of(plain.begin(), plain.end(),
                                         [&name = name](const auto& m) { return m.first == name; });
    if (plain_name(name).empty() && !is_replaced) plain.emplace_back(name, value);
  }
  return Value::object(std::move(plain));
}

Result<Value> encrypted_payload(const Value& payload, std::string_view key) {
  const Value::Object* members = payload.as_object();
  if (members == nullptr) return payload;
  Value::Object all;
  for (const auto& [name, value] : *members) {
    const std::string_view encrypted = encrypted_name(name);
    if (encrypted.empty()) {
      all.emplace_back(name, value);
      continue;
    }
    if (name == "features") all.emplace_back(name, Value::object({}));
    const std::string plain = to_json(value);
    std::optional<std::string> text = encrypted_text(plain, key, synthetic_iv(key, plain));
    if (!text) return Error{Errc::kInvalidArgument, "key: base64 of 16 bytes is expected"};
    all.emplace_back(encrypted, Value::string(*std::move(text)));
  }
  return Value::object(std::move(all));
}

}  // namespace converge::growthbook
