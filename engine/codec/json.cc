#include "engine/codec/json.h"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <charconv>
#include <exception>
#include <limits>
#include <optional>
#include <vector>

#include "engine/model/exact_number.h"

namespace converge {
namespace {

namespace json = boost::json;

/// The double that JavaScript reads. Boost.JSON's own conversion may be off by one unit in the last
/// place.
double nearest_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc::result_out_of_range) return value;
  const ExactNumber exact = exact_number(text);
  const double magnitude = exact.exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return exact.negative ? -magnitude : magnitude;
}

/// Up to here comparing each name with each costs less than sorting.
constexpr std::size_t kMembersComparedMax = 8;

std::optional<std::string> repeated_name(const Value::Object& members) {
  if (members.size() <= kMembersComparedMax) {
    for (auto member = members.begin(); member != members.end(); ++member) {
      const bool is_repeated =
          std::any_of(members.begin(), member,
                      [&](const Value::Member& earlier) { return earlier.first == member->first; });
      if (is_repeated) return member->first;
    }
    return std::nullopt;
  }
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const auto& [name, member] : members) names.push_back(name);
  std::sort(names.begin(), names.end());
  const auto repeated = std::adjacent_find(names.begin(), names.end());
  if (repeated == names.end()) return std::nullopt;
  return std::string(*repeated);
}

/// Builds a Value from the events of basic_parser, which, unlike boost::json::parse, hands over the
/// text of numbers.
class ValueBuilder {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the names that Boost.JSON asks for
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
  // NOLINTEND(readability-identifier-naming)

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return open(Container::kArray); }
  bool on_array_end(std::size_t, json::error_code&) {
    Level level = close();
    return put(Value::array(std::move(level.items)));
  }
  bool on_object_begin(json::error_code&) { return open(Container::kObject); }
  bool on_object_end(std::size_t, json::error_code& ec) {
    Level level = close();
    repeated_name_ = repeated_name(level.members);
    if (repeated_name_) {
      ec = json::error::syntax;
      return false;
    }
    return put(Value::object(std::move(level.members)));
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    append(part);
    levels_.back().name = take_text();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    return append(part);
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    append(part);
    return put(Value::string(take_text()));
  }
  bool on_number_part(json::string_view part, json::error_code&) { return append(part); }
  bool on_int64(std::int64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, json::string_view part, json::error_code&) { return number(part); }
  bool on_double(double, json::string_view part, json::error_code&) { return number(part); }
  bool on_bool(bool value, json::error_code&) { return put(Value::boolean(value)); }
  bool on_null(json::error_code&) { return put(Value()); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  Value take_result() { return std::move(result_); }
  const std::optional<std::string>& repeated() const { return repeated_name_; }

 private:
  enum class Container { kArray, kObject };
  struct Level {
    Container container = Container::kArray;
    Value::Object members;
    Value::Array items;
    std::string name;
  };

  // What most documents need: growing step by step would move every Value several times.
  static constexpr std::size_t kUsualDepth = 4;
  static constexpr std::size_t kUsualMembers = 4;

  bool open(Container container) {
    if (levels_.empty()) levels_.reserve(kUsualDepth);
    Level& level = levels_.emplace_back();
    level.container = container;
    if (container == Container::kObject) level.members.reserve(kUsualMembers);
    return true;
  }

  Level close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    return level;
  }

  bool put(Value value) {
    if (levels_.empty()) {
      result_ = std::move(value);
    } else if (Level& level = levels_.back(); level.container == Container::kObject) {
      level.members.emplace_back(std::move(level.name), std::move(value));
    } else {
      level.items.push_back(std::move(value));
    }
    return true;
  }

  bool append(json::string_view part) {
    text_.append(part.data(), part.size());
    return true;
  }

  bool number(json::string_view part) {
    append(part);
    const double value = nearest_double(text_);
    return put(Value::number(take_text(), value));
  }

  std::string take_text() { return std::exchange(text_, {}); }

  std::vector<Level> levels_;
  std::string text_;
  Value result_;
  std::optional<std::string> repeated_name_;
};

Error at_byte(std::size_t offset, Errc code, const std::string& message) {
  return {code, "JSON, byte " + std::to_string(offset) + ": " + message};
}

std::string_view without_trailing_space(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

Result<Value> parse_checked(std::string_view text, const JsonLimits& limits) {
  text = without_trailing_space(text);
  if (text.empty()) return at_byte(0, Errc::kInvalidArgument, "a value is expected, found nothing");
  json::parse_options options;
  options.max_depth = limits.depth_max;
  json::basic_parser<ValueBuilder> parser(options);
  json::error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  if (const auto& name = parser.handler().repeated()) {
    return at_byte(
        read, Errc::kInvalidArgument,
        "the object that ends here has two members named " + to_json(Value::string(*name)));
  }
  if (ec == json::error::too_deep) {
    return at_byte(read, Errc::kTooLarge,
                   "nested deeper than " + std::to_string(limits.depth_max) + " levels");
  }
  if (ec) return at_byte(read, Errc::kInvalidArgument, ec.message());
  if (read != text.size()) {
    return at_byte(read, Errc::kInvalidArgument, "text after the end of the value");
  }
  return parser.handler().take_result();
}

/// By byte: control characters, quotes and backslashes.
constexpr auto kNeedsEscape = [] {
  std::array<bool, 256> needs{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) needs[byte] = true;
  needs['"'] = true;
  needs['\\'] = true;
  return needs;
}();

/// The escapes of RFC 8785: the two-character ones where JSON has them, \u00xx for other control
/// characters.
void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default: {
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    }
  }
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && !kNeedsEscape[static_cast<unsigned char>(text[plain])]) ++plain;
    out.append(text.substr(0, plain));
    if (plain == text.size()) break;
    append_escaped(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

enum class Layout { kCompact, kCanonical, kPretty };

class Writer {
 public:
  Writer(std::string& out, Layout layout) : out_(out), layout_(layout) {}

  void write(const Value& value) {
    switch (value.type()) {
      case Value::Type::kNull:
        out_ += "null";
        break;
      case Value::Type::kBoolean:
        out_ += *value.as_boolean() ? "true" : "false";
        break;
      case Value::Type::kNumber:
        out_ += value.as_number()->text;
        break;
      case Value::Type::kString:
        append_string(out_, *value.as_string());
        break;
      case Value::Type::kArray:
        write_array(*value.as_array());
        break;
      case Value::Type::kObject:
        write_object(*value.as_object());
        break;
    }
  }

 private:
  void write_array(const Value::Array& items) {
    out_ += '[';
    ++depth_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      separate(i);
      write(items[i]);
    }
    --depth_;
    if (!items.empty()) new_line();
    out_ += ']';
  }

  void write_object(const Value::Object& members) {
    out_ += '{';
    ++depth_;
    if (layout_ == Layout::kCanonical) {
      write_sorted(members);
    } else {
      for (std::size_t i = 0; i < members.size(); ++i) write_member(i, members[i]);
    }
    --depth_;
    if (!members.empty()) new_line();
    out_ += '}';
  }

  void write_sorted(const Value::Object& members) {
    std::vector<const Value::Member*> order;
    order.reserve(members.size());
    for (const Value::Member& member : members) order.push_back(&member);
    std::sort(order.begin(), order.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    for (std::size_t i = 0; i < order.size(); ++i) write_member(i, *order[i]);
  }

  void write_member(std::size_t index, const Value::Member& member) {
    separate(index);
    append_string(out_, member.first);
    out_ += layout_ == Layout::kPretty ? ": " : ":";
    write(member.second);
  }

  void separate(std::size_t index) {
    if (index > 0) out_ += ',';
    new_line();
  }

  void new_line() {
    if (layout_ != Layout::kPretty) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string& out_;
  const Layout layout_;
  std::size_t depth_ = 0;
};

std::string written(const Value& value, Layout layout) {
  std::string out;
  Writer(out, layout).write(value);
  return out;
}

}  // namespace

Result<Value> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return Error{Errc::kTooLarge, "JSON of " + std::to_string(text.size()) + " bytes, at most " +
                                      std::to_string(limits.bytes_max) + " are read"};
  }
  try {
    return parse_checked(text, limits);
  } catch (const std::exception& failure) {
    return Error{Errc::kUnavailable, std::string("JSON could not be read: ") + failure.what()};
  }
}

std::string to_json(const Value& value) {
  return written(value, Layout::kCompact);
}

void append_json(std::string& out, const Value& value) {
  Writer(out, Layout::kCompact).write(value);
}

void append_json_text(std::string& out, std::string_view text) {
  append_string(out, text);
}

std::string to_json_pretty(const Value& value) {
  return written(value, Layout::kPretty);
}

std::string to_canonical_json(const Value& value) {
  return written(value, Layout::kCanonical);
}

}  // namespace converge
