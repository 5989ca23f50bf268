#include "cli/csv.h"

#include <utility>

namespace converge::cli {
namespace {

enum class Place { kFieldStart, kPlain, kQuoted, kAfterQuote };

/// One row being read, character by character, possibly over several lines.
struct RowParser {
  std::vector<std::string> fields{1};
  Place place = Place::kFieldStart;

  /// False when text follows a closing quote.
  bool take(char c) {
    switch (place) {
      case Place::kFieldStart:
        if (c == '"') {
          place = Place::kQuoted;
          return true;
        }
        place = Place::kPlain;
        [[fallthrough]];
      case Place::kPlain:
        if (c == ',') {
          end_field();
        } else {
          fields.back() += c;
        }
        return true;
      case Place::kQuoted:
        if (c == '"') {
          place = Place::kAfterQuote;
        } else {
          fields.back() += c;
        }
        return true;
      case Place::kAfterQuote:
        if (c == '"') {
          fields.back() += '"';
          place = Place::kQuoted;
          return true;
        }
        if (c != ',') return false;
        end_field();
        return true;
    }
    return false;
  }

  void end_field() {
    fields.emplace_back();
    place = Place::kFieldStart;
  }
};

}  // namespace

Result<std::optional<std::vector<std::string>>> CsvReader::next() {
  using Row = std::optional<std::vector<std::string>>;
  RowParser parser;
  std::size_t bytes = 0;
  bool started = false;
  for (std::string text; std::getline(in_, text);) {
    ++line_;
    if (line_ == 1 && text.rfind("\xEF\xBB\xBF", 0) == 0) text.erase(0, 3);
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (!started) {
      if (text.empty()) continue;
      row_line_ = line_;
      started = true;
    }
    bytes += text.size() + 1;
    if (bytes > kRowBytesMax) {
      return Error{Errc::kTooLarge,
                   "line " + std::to_string(row_line_) + ": a row is longer than 1 MiB"};
    }
    for (const char c : text) {
      if (!parser.take(c)) {
        return Error{Errc::kInvalidArgument,
                     "line " + std::to_string(line_) +
                         ": text after a closing quote; double a quote inside quotes"};
      }
    }
    if (parser.place != Place::kQuoted) return Row{std::move(parser.fields)};
    parser.fields.back() += '\n';
  }
  if (started) {
    return Error{Errc::kInvalidArgument,
                 "line " + std::to_string(row_line_) + ": a quoted field is not closed"};
  }
  return Row{};
}

}  // namespace converge::cli
