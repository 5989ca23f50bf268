#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "config/source_text.h"

namespace converge {
namespace {

using nlohmann::json;

/// Checks the grammar without building anything; keeps where it failed.
class SyntaxCheck final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    offset = position == 0 ? 0 : position - 1;
    message = error.what();
    return false;
  }

  std::size_t offset = 0;
  std::string message;
};

/// "[json.exception.parse_error.101] parse error at line 1, column 9: syntax error while ..."
/// without what the finding says already.
std::string without_place(const std::string& message) {
  const std::size_t place = message.find("parse error at ");
  const std::size_t colon = place == std::string::npos ? place : message.find(": ", place);
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

/// Walks text that is known to be valid JSON and notes positions.
class Walker {
 public:
  Walker(std::string_view text, const LoadLimits& limits, ParsedSource& result)
      : text_(text), limits_(limits), lines_(text), result_(result) {}

  void run() {
    SourceNode root;
    if (read(root, 0)) result_.root = std::move(root);
  }

 private:
  bool fail(std::size_t offset, std::string message) {
    result_.problems.push_back({lines_.at_offset(offset), std::move(message)});
    return false;
  }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string::npos)
      ++at_;
  }

  /// The character after white space, consumed when it is `wanted`.
  bool take(char wanted) {
    skip_space();
    if (text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::string read_string() {
    const std::size_t begin = at_++;
    while (text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    ++at_;
    return json::parse(text_.substr(begin, at_ - begin)).get<std::string>();
  }

  bool read_scalar(SourceNode& node) {
    const std::size_t begin = at_;
    if (text_[at_] == '"') {
      node.scalar = Value::string(read_string());
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
      const std::string word(text_.substr(begin, at_ - begin));
      if (word == "true" || word == "false") {
        node.scalar = Value::boolean(word == "true");
      } else if (word != "null") {
        const double value = std::strtod(word.c_str(), nullptr);
        if (!std::isfinite(value)) return fail(begin, "the number " + word + " is too large");
        node.scalar = Value::number(word, value);
      }
    }
    node.type = node.scalar.type();
    return true;
  }

  bool read_object(SourceNode& node, std::size_t depth) {
    node.type = Value::Type::kObject;
    ++at_;
    if (take('}')) return true;
    do {
      skip_space();
      SourceMember member;
      member.name_at = lines_.at_offset(at_);
      member.name = read_string();
      take(':');
      if (!read(member.value, depth + 1)) return false;
      add_member(std::move(member), node, result_.problems);
    } while (take(','));
    return take('}');
  }

  bool read_array(SourceNode& node, std::size_t depth) {
    node.type = Value::Type::kArray;
    ++at_;
    if (take(']')) return true;
    do {
      SourceNode item;
      if (!read(item, depth + 1)) return false;
      node.items.push_back(std::move(item));
    } while (take(','));
    return take(']');
  }

  bool read(SourceNode& node, std::size_t depth) {
    skip_space();
    if (depth > limits_.depth_max) {
      return fail(at_, "is nested deeper than " + std::to_string(limits_.depth_max) + " levels");
    }
    if (++values_ > limits_.values_max) {
      return fail(at_, "the file has more than " + std::to_string(limits_.values_max) + " values");
    }
    node.at = lines_.at_offset(at_);
    if (text_[at_] == '{') return read_object(node, depth);
    if (text_[at_] == '[') return read_array(node, depth);
    return read_scalar(node);
  }

  std::string_view text_;
  const LoadLimits& limits_;
  Lines lines_;
  ParsedSource& result_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

ParsedSource parse_json_source(std::string_view text, const LoadLimits& limits) {
  ParsedSource result;
  try {
    SyntaxCheck check;
    if (!json::sax_parse(text, &check)) {
      const std::size_t offset = std::min(check.offset, text.size());
      result.problems.push_back({Lines(text).at_offset(offset),
                                 "this is not valid JSON: " + without_place(check.message)});
      return result;
    }
    Walker(text, limits, result).run();
  } catch (const std::exception& error) {
    result.root.reset();
    result.problems.push_back({{}, std::string("this is not valid JSON: ") + error.what()});
  }
  return result;
}

}  // namespace converge
