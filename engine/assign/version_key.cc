#include "engine/assign/version_key.h"

#include <algorithm>
#include <vector>

#include "engine/assign/js_value.h"

namespace converge {
namespace {

constexpr std::size_t kPaddedDigits = 5;

std::string version_text(const Value& version) {
  std::string text;
  if (version.as_number() != nullptr || version.as_string() != nullptr) text = js::to_text(version);
  return text.empty() ? "0" : text;
}

std::string padded(std::string part) {
  const bool numeric = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
  if (numeric && part.size() < kPaddedDigits) part.insert(0, kPaddedDigits - part.size(), ' ');
  return part;
}

}  // namespace

std::string version_key(const Value& version) {
  std::string text = version_text(version);
  if (text.front() == 'v') text.erase(0, 1);
  text.erase(std::min(text.find('+'), text.size()));

  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '-' || c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  // A release sorts after its own pre-releases: '~' follows every letter and digit.
  if (parts.size() == 3) parts.emplace_back("~");
  std::string key;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) key += '-';
    key += padded(part);
  }
  return key;
}

}  // namespace converge
