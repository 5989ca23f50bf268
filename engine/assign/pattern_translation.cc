#include "engine/assign/pattern_translation.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "engine/assign/unit_set.h"
#include "engine/assign/utf16.h"

namespace converge {
namespace {

std::optional<std::uint32_t> hex_value(std::u16string_view text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  std::uint32_t value = 0;
  for (const char16_t c : text.substr(0, count)) {
    if (c >= u'0' && c <= u'9') {
      value = value * 16 + (c - u'0');
    } else if ((c | 0x20) >= u'a' && (c | 0x20) <= u'f') {
      value = value * 16 + ((c | 0x20U) - u'a' + 10U);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

bool is_digit(char16_t c) {
  return c >= u'0' && c <= u'9';
}
bool is_letter(char16_t c) {
  return (c | 0x20) >= u'a' && (c | 0x20) <= u'z';
}

/// False for "{2,1}". The numbers may have any length.
bool is_ordered(const std::string& repeat) {
  const std::size_t comma = repeat.find(',');
  if (comma == std::string::npos || comma + 2 == repeat.size()) return true;
  const auto without_zeros = [](const std::string& digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
  };
  const std::string low = without_zeros(repeat.substr(1, comma - 1));
  const std::string high = without_zeros(repeat.substr(comma + 1, repeat.size() - comma - 2));
  return low.size() < high.size() || (low.size() == high.size() && low <= high);
}

class Translator {
 public:
  Translator(std::u16string pattern, Pattern::Case letters)
      : pattern_(std::move(pattern)), folds_(letters == Pattern::Case::kInsensitive) {}

  Result<std::string> run();

 private:
  /// What may follow a group's end: JavaScript repeats look-aheads (annex B) but not look-behinds.
  enum class GroupKind { kPlain, kLookAhead, kLookBehind };

  bool done() const { return at_ >= pattern_.size(); }
  char16_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : u'\0';
  }
  bool next_is(std::u16string_view text) const {
    return std::u16string_view(pattern_).substr(at_, text.size()) == text;
  }
  std::u16string_view rest() const { return std::u16string_view(pattern_).substr(at_); }

  Status count_groups();
  Status term();
  Status any_unit();
  Status open_group();
  Status close_group();
  Status bracket_class();
  /// One member of a class: a unit, or the set of a class escape.
  std::variant<std::uint32_t, UnitSet> class_atom();
  Status escape();
  Status named_reference();
  /// The unit that an escape outside the special cases stands for; `at_` is behind the backslash.
  std::uint32_t character_escape();
  std::uint32_t legacy_octal();
  /// "*", "{2,5}" ... when a repeat stands here.
  std::optional<std::string> repeat_here() const;
  Status repeats(std::size_t atom_begin);

  void put_unit(std::uint32_t unit);
  void put_reference(std::size_t group);
  Status refuse(const std::string& why) const {
    return Error{Errc::kInvalidArgument,
                 "invalid regular expression at character " + std::to_string(at_) + ": " + why};
  }

  struct OpenGroup {
    std::size_t begin = 0;
    GroupKind kind = GroupKind::kPlain;
  };

  std::u16string pattern_;
  bool folds_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<OpenGroup> open_;
  std::vector<std::u16string> group_names_;  ///< one per capture group, empty when unnamed
  bool has_names_ = false;
};

Result<std::string> Translator::run() {
  if (Status status = count_groups(); !status) return status.error();
  while (!done()) {
    if (Status status = term(); !status) return status.error();
  }
  if (!open_.empty()) return refuse("a group is not closed").error();
  return out_;
}

/// Back references look ahead, so the groups are counted first.
Status Translator::count_groups() {
  bool in_class = false;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    const char16_t c = pattern_[i];
    if (c == u'\\') {
      ++i;
    } else if (c == u'[') {
      in_class = true;
    } else if (c == u']') {
      in_class = false;
    } else if (c == u'(' && !in_class) {
      const std::u16string_view after = std::u16string_view(pattern_).substr(i + 1);
      if (!after.starts_with(u"?")) {
        group_names_.emplace_back();
      } else if (after.starts_with(u"?<") && !after.starts_with(u"?<=") &&
                 !after.starts_with(u"?<!")) {
        const std::u16string name(after.substr(2, after.find(u'>') - 2));
        if (std::find(group_names_.begin(), group_names_.end(), name) != group_names_.end()) {
          return refuse("two groups have the same name");
        }
        group_names_.push_back(name);
        has_names_ = true;
      }
    }
  }
  return {};
}

Status Translator::term() {
  const char16_t c = peek();
  switch (c) {
    case u'^':
    case u'$':
      ++at_;
      out_ += c == u'^' ? "\\A" : "\\z";
      return {};
    case u'|':
      ++at_;
      out_ += "|(?:)";
      return {};
    case u'(':
      return open_group();
    case u')':
      return close_group();
    case u'*':
    case u'+':
    case u'?':
      return refuse("nothing to repeat");
    case u'{':
      if (repeat_here()) return refuse("nothing to repeat");
      break;
    case u'.':
      return any_unit();
    case u'[':
      return bracket_class();
    case u'\\':
      return escape();
    default:
      break;
  }
  ++at_;
  const std::size_t begin = out_.size();
  put_unit(c);
  return repeats(begin);
}

Status Translator::any_unit() {
  ++at_;
  const std::size_t begin = out_.size();
  out_ += negative_set(line_end_units());
  return repeats(begin);
}

Status Translator::open_group() {
  struct Opening {
    std::u16string_view text;
    std::string_view boost;
    GroupKind kind;
  };
  static constexpr std::array<Opening, 5> kOpenings = {{{u"(?:", "(?:", GroupKind::kPlain},
                                                        {u"(?=", "(?=", GroupKind::kLookAhead},
                                                        {u"(?!", "(?!", GroupKind::kLookAhead},
                                                        {u"(?<=", "(?<=", GroupKind::kLookBehind},
                                                        {u"(?<!", "(?<!", GroupKind::kLookBehind}}};
  for (const Opening& opening : kOpenings) {
    if (!next_is(opening.text)) continue;
    at_ += opening.text.size();
    open_.push_back({out_.size(), opening.kind});
    out_ += opening.boost;
    return {};
  }
  if (next_is(u"(?<")) {
    const std::size_t end = pattern_.find(u'>', at_);
    const bool starts_well =
        is_letter(peek(3)) || peek(3) == u'_' || peek(3) == u'$' || peek(3) >= 0x80;
    if (end == std::u16string::npos || !starts_well) return refuse("invalid group name");
    at_ = end + 1;
  } else if (next_is(u"(?")) {
    return refuse("invalid group");
  } else {
    ++at_;
  }
  open_.push_back({out_.size(), GroupKind::kPlain});
  out_ += "(";
  return {};
}

Status Translator::close_group() {
  if (open_.empty()) return refuse("unmatched ')'");
  const OpenGroup group = open_.back();
  open_.pop_back();
  ++at_;
  // Boost refuses empty groups and alternatives in places; an empty group inside changes nothing.
  out_ += "(?:))";
  if (group.kind == GroupKind::kPlain) return repeats(group.begin);
  if (repeat_here() && group.kind == GroupKind::kLookBehind) return refuse("nothing to repeat");
  if (repeat_here()) {
    out_.insert(group.begin, "(?:");
    out_ += ")";
  }
  return repeats(group.begin);
}

std::variant<std::uint32_t, UnitSet> Translator::class_atom() {
  const char16_t c = peek();
  ++at_;
  if (c != u'\\' || done()) return std::uint32_t{c};
  if (std::optional<UnitSet> set = class_escape(peek())) {
    ++at_;
    return *std::move(set);
  }
  if (peek() == u'b') {
    ++at_;
    return std::uint32_t{0x08};
  }
  if (peek() == u'c' && !is_letter(peek(1))) {
    // Annex B: in a class also digits and _ make control characters; else the backslash is a
    // literal.
    if (is_digit(peek(1)) || peek(1) == u'_') {
      const std::uint32_t unit = peek(1) % 32U;
      at_ += 2;
      return unit;
    }
    return std::uint32_t{u'\\'};
  }
  if (is_digit(peek()) && peek() < u'8') return legacy_octal();
  return character_escape();
}

Status Translator::bracket_class() {
  const bool negated = peek(1) == u'^';
  at_ += negated ? 2 : 1;
  UnitSet set;
  const auto add = [&set](const std::variant<std::uint32_t, UnitSet>& atom) {
    if (const auto* unit = std::get_if<std::uint32_t>(&atom)) {
      set.push_back({*unit, *unit});
    } else {
      const auto& members = std::get<UnitSet>(atom);
      set.insert(set.end(), members.begin(), members.end());
    }
  };
  while (!done() && peek() != u']') {
    const auto first = class_atom();
    if (peek() != u'-' || done() || at_ + 1 >= pattern_.size() || peek(1) == u']') {
      add(first);
      continue;
    }
    ++at_;
    const auto last = class_atom();
    const auto* from = std::get_if<std::uint32_t>(&first);
    const auto* to = std::get_if<std::uint32_t>(&last);
    if (from != nullptr && to != nullptr) {
      if (*from > *to) return refuse("a class range is out of order");
      set.push_back({*from, *to});
    } else {
      // Annex B: a class escape makes no range, so the hyphen is a member.
      add(first);
      add(std::uint32_t{u'-'});
      add(last);
    }
  }
  if (done()) return refuse("a class is not closed");
  ++at_;
  if (folds_) set = with_canonical(std::move(set));
  const std::size_t begin = out_.size();
  out_ += negated ? negative_set(set) : positive_set(set);
  return repeats(begin);
}

Status Translator::escape() {
  ++at_;
  if (done()) return refuse("'\\' at the end of the pattern");
  const char16_t c = peek();
  if (c == u'b' || c == u'B') {
    ++at_;
    out_ += c == u'b' ? "\\b" : "\\B";
    return {};
  }
  const std::size_t begin = out_.size();
  if (std::optional<UnitSet> set = class_escape(c)) {
    ++at_;
    out_ += positive_set(folds_ ? with_canonical(*std::move(set)) : *std::move(set));
  } else if (c == u'k' && has_names_) {
    if (Status status = named_reference(); !status) return status;
  } else if (c >= u'1' && c <= u'9') {
    std::size_t end = at_;
    std::size_t number = 0;
    while (end < pattern_.size() && is_digit(pattern_[end]) && number < 100000) {
      number = number * 10 + (pattern_[end] - u'0');
      ++end;
    }
    if (number <= group_names_.size()) {
      at_ = end;
      put_reference(number);
    } else {
      // Annex B: a reference to a group that does not exist is an octal or identity escape.
      put_unit(c < u'8' ? legacy_octal() : character_escape());
    }
  } else if (c == u'0') {
    put_unit(legacy_octal());
  } else if (c == u'c' && !is_letter(peek(1))) {
    put_unit(u'\\');
  } else {
    put_unit(character_escape());
  }
  return repeats(begin);
}

Status Translator::named_reference() {
  const std::size_t end = pattern_.find(u'>', at_);
  if (peek(1) != u'<' || end == std::u16string::npos) return refuse("invalid named reference");
  const std::u16string name = pattern_.substr(at_ + 2, end - at_ - 2);
  const auto found = std::find(group_names_.begin(), group_names_.end(), name);
  if (name.empty() || found == group_names_.end()) return refuse("unknown group name");
  at_ = end + 1;
  put_reference(static_cast<std::size_t>(found - group_names_.begin()) + 1);
  return {};
}

std::uint32_t Translator::character_escape() {
  const char16_t c = peek();
  ++at_;
  switch (c) {
    case u'f':
      return 0x0C;
    case u'n':
      return 0x0A;
    case u'r':
      return 0x0D;
    case u't':
      return 0x09;
    case u'v':
      return 0x0B;
    case u'c': {
      const std::uint32_t unit = peek() % 32U;
      ++at_;
      return unit;
    }
    case u'x':
    case u'u': {
      const std::size_t count = c == u'x' ? 2 : 4;
      const std::optional<std::uint32_t> value = hex_value(rest(), count);
      if (!value) return c;
      at_ += count;
      return *value;
    }
    default:
      return c;
  }
}

std::uint32_t Translator::legacy_octal() {
  std::uint32_t value = 0;
  for (int count = 0; count < 3 && is_digit(peek()) && peek() < u'8'; ++count) {
    const std::uint32_t longer = value * 8 + (peek() - u'0');
    if (longer > 0377) break;
    value = longer;
    ++at_;
  }
  return value;
}

std::optional<std::string> Translator::repeat_here() const {
  switch (peek()) {
    case u'*':
    case u'+':
    case u'?':
      if (done()) return std::nullopt;
      return std::string(1, static_cast<char>(peek()));
    case u'{':
      break;
    default:
      return std::nullopt;
  }
  std::size_t end = at_ + 1;
  std::string text = "{";
  const auto number = [&] {
    const std::size_t begin = end;
    while (end < pattern_.size() && is_digit(pattern_[end])) {
      text += static_cast<char>(pattern_[end++]);
    }
    return end > begin;
  };
  if (!number()) return std::nullopt;
  if (end < pattern_.size() && pattern_[end] == u',') {
    text += ',';
    ++end;
    number();
  }
  if (end >= pattern_.size() || pattern_[end] != u'}') return std::nullopt;
  return text + "}";
}

Status Translator::repeats(std::size_t atom_begin) {
  const std::optional<std::string> repeat = repeat_here();
  if (!repeat) return {};
  if (!is_ordered(*repeat)) return refuse("numbers of a repeat are out of order");
  out_.insert(atom_begin, "(?:");
  out_ += ")" + *repeat;
  at_ += repeat->size();
  if (peek() == u'?' && !done()) {
    out_ += "?";
    ++at_;
  }
  return {};
}

void Translator::put_unit(std::uint32_t unit) {
  out_ += hex_unit(folds_ ? regex_canonical(static_cast<char16_t>(unit)) : unit);
}

/// A group that has not matched yet refers to nothing in JavaScript; in Boost it would fail.
void Translator::put_reference(std::size_t group) {
  const std::string number = std::to_string(group);
  out_ += "(?(" + number + ")\\g{" + number + "})";
}

}  // namespace

Result<std::string> translate_pattern(std::string_view text, Pattern::Case letters) {
  return Translator(to_utf16(text), letters).run();
}

}  // namespace converge
