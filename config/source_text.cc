#include "config/source_text.h"

#include <algorithm>

namespace converge {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Length of the valid UTF-8 sequence at the front; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

Lines::Lines(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(i + 1);
  }
}

Position Lines::at_offset(std::size_t offset) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line = static_cast<std::size_t>(next - starts_.begin()) - 1;
  return at_line_and_byte(line, offset - starts_[line]);
}

Position Lines::at_line_and_byte(std::size_t line, std::size_t byte) const {
  line = std::min(line, starts_.size() - 1);
  const std::string_view before = text_.substr(starts_[line], byte);
  const auto characters =
      std::count_if(before.begin(), before.end(), [](char c) { return !is_continuation(c); });
  return {static_cast<int>(line) + 1, static_cast<int>(characters) + 1};
}

const SourceMember* SourceNode::find(std::string_view name) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [name](const auto& member) { return member.name == name; });
  return found == members.end() ? nullptr : &*found;
}

Value to_value(const SourceNode& node) {
  if (node.type == Value::Type::kObject) {
    Value::Object members;
    for (const SourceMember& member : node.members) {
      members.emplace_back(member.name, to_value(member.value));
    }
    return Value::object(std::move(members));
  }
  if (node.type == Value::Type::kArray) {
    Value::Array items;
    for (const SourceNode& item : node.items) items.push_back(to_value(item));
    return Value::array(std::move(items));
  }
  return node.scalar;
}

void add_member(SourceMember member, SourceNode& object, std::vector<SourceProblem>& problems) {
  if (const SourceMember* first = object.find(member.name)) {
    problems.push_back({member.name_at, "the member \"" + member.name +
                                            "\" is given twice (first on line " +
                                            std::to_string(first->name_at.line) + ")"});
    return;
  }
  object.members.push_back(std::move(member));
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i, 4));
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

}  // namespace converge
