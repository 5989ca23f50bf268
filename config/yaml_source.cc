#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <sstream>

#include "config/source_text.h"

namespace converge {
namespace {

/// Ends parsing; caught in this file.
struct Refused {
  Position at;
  std::string message;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end;
}

/// YAML's core schema also knows 012, +1, .5, 0x1F and .inf; they stay texts, so that nothing is
/// read as another number than JSON would read.
bool is_json_number(std::string_view text) {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t whole = digits_from(text, at);
  if (whole == at || (text[at] == '0' && whole > at + 1)) return false;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t end = digits_from(text, at + 1);
    if (end == at + 1) return false;
    at = end;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t end = digits_from(text, at);
    if (end == at) return false;
    at = end;
  }
  return at == text.size();
}

Value plain_scalar(const std::string& text, Position at) {
  if (text == "true" || text == "True" || text == "TRUE") return Value::boolean(true);
  if (text == "false" || text == "False" || text == "FALSE") return Value::boolean(false);
  if (!is_json_number(text)) return Value::string(text);
  const double value = std::strtod(text.c_str(), nullptr);
  if (!std::isfinite(value)) throw Refused{at, "the number " + text + " is too large"};
  return Value::number(text, value);
}

/// Builds nodes from yaml-cpp's events: its own node tree loses the places of members and expands
/// aliases without a limit.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const Lines& lines, const LoadLimits& limits) : lines_(lines), limits_(limits) {}

  std::optional<SourceNode> root;
  std::vector<SourceProblem> problems;

  Position position(const YAML::Mark& mark) const {
    if (mark.line < 0 || mark.column < 0) return {};
    return lines_.at_line_and_byte(static_cast<std::size_t>(mark.line),
                                   static_cast<std::size_t>(mark.column));
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw Refused{position(mark),
                    "a second YAML document begins here; a definition file holds one"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    SourceNode node;
    node.at = position(mark);
    close(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{position(mark), "an alias inside its own anchor"};
    count(found->second, position(mark), open_.size());
    place(found->second, position(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    SourceNode node;
    node.at = position(mark);
    const bool is_text = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!is_text) refuse_tag(tag, node.at);
    node.scalar = is_text ? Value::string(text) : plain_scalar(text, node.at);
    node.type = node.scalar.type();
    close(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::Type::kArray);
  }
  void OnSequenceEnd() override { close_open(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::Type::kObject);
  }
  void OnMapEnd() override { close_open(); }

 private:
  struct Open {
    SourceNode node;
    YAML::anchor_t anchor = 0;
    std::optional<SourceMember> member;  ///< its name was read, its value comes next
  };

  static void refuse_tag(const std::string& tag, Position at) {
    if (tag.empty() || tag == "?") return;
    throw Refused{at, "tags are not supported (" + tag + "); quote a text instead"};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Value::Type type) {
    refuse_tag(tag == "!" ? "" : tag, position(mark));
    Open entry;
    entry.node.at = position(mark);
    entry.node.type = type;
    entry.anchor = anchor;
    if (expects_name()) {
      throw Refused{entry.node.at, "a member's name must be a text, not a list or an object"};
    }
    check_depth(open_.size(), entry.node.at);
    open_.push_back(std::move(entry));
  }

  void close_open() {
    Open entry = std::move(open_.back());
    open_.pop_back();
    close(std::move(entry.node), entry.anchor);
  }

  void close(SourceNode node, YAML::anchor_t anchor) {
    check_values(node.at);
    if (anchor != 0) anchors_[anchor] = node;
    const Position at = node.at;
    place(std::move(node), at);
  }

  bool expects_name() const {
    return !open_.empty() && open_.back().node.type == Value::Type::kObject && !open_.back().member;
  }

  /// Puts a complete node where it belongs: the root, an item, a member's name or its value.
  void place(SourceNode node, Position at) {
    if (open_.empty()) {
      root = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.type == Value::Type::kArray) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.member) {
      parent.member = SourceMember{.name = name_from(node, at), .name_at = at, .value = {}};
    } else {
      parent.member->value = std::move(node);
      add_member(std::move(*parent.member), parent.node, problems);
      parent.member.reset();
    }
  }

  static std::string name_from(const SourceNode& node, Position at) {
    if (const std::string* text = node.scalar.as_string()) return *text;
    if (const Value::Number* number = node.scalar.as_number()) return number->text;
    if (const bool* boolean = node.scalar.as_boolean()) return *boolean ? "true" : "false";
    throw Refused{at, "a member's name must be a text"};
  }

  void check_depth(std::size_t depth, Position at) const {
    if (depth > limits_.depth_max) {
      throw Refused{at, "is nested deeper than " + std::to_string(limits_.depth_max) + " levels"};
    }
  }

  void check_values(Position at) {
    if (++values_ > limits_.values_max) {
      throw Refused{at, "the file has more than " + std::to_string(limits_.values_max) +
                            " values (aliases written out)"};
    }
  }

  void count(const SourceNode& node, Position at, std::size_t depth) {
    check_depth(depth, at);
    check_values(at);
    for (const SourceNode& item : node.items) count(item, at, depth + 1);
    for (const SourceMember& member : node.members) count(member.value, at, depth + 1);
  }

  const Lines& lines_;
  const LoadLimits& limits_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, SourceNode> anchors_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

std::string syntax_message(std::string_view text, const YAML::Mark& mark,
                           const std::string& message) {
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int i = 0; i <= mark.line && std::getline(lines, line);) ++i;
  const std::size_t indent = line.find_first_not_of(' ');
  const bool has_tab = indent != std::string::npos && line[indent] == '\t';
  return "this is not valid YAML: " +
         (has_tab ? "the line is indented with a tab; use spaces" : message);
}

}  // namespace

ParsedSource parse_yaml_source(std::string_view text, const LoadLimits& limits) {
  ParsedSource result;
  const Lines lines(text);
  Builder builder(lines, limits);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      result.problems.push_back({{}, "the file is empty; it needs at least apiVersion"});
      return result;
    }
    while (parser.HandleNextDocument(builder)) {
    }
    result.root = std::move(builder.root);
  } catch (const Refused& refused) {
    builder.problems.push_back({refused.at, refused.message});
  } catch (const YAML::Exception& error) {
    builder.problems.push_back(
        {builder.position(error.mark), syntax_message(text, error.mark, error.msg)});
  } catch (const std::exception& error) {
    builder.problems.push_back({{}, std::string("this is not valid YAML: ") + error.what()});
  }
  result.problems = std::move(builder.problems);
  return result;
}

}  // namespace converge
