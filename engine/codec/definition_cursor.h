#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"
#include "engine/codec/definition.h"
#include "engine/codec/definition_members.h"
#include "engine/codec/definition_names.h"
#include "engine/model/value.h"

/// Inside engine/codec: reading one document while collecting everything that is wrong with it.
namespace converge {

using Problems = std::vector<DefinitionProblem>;

/// A share of a whole: the double, and whether it was written with a percent sign.
struct Share {
  double value = 0;
  std::string decimal;  ///< the value as decimal text, exact ("5e-2")
  bool is_percentage = false;
};

/// A value of the document, its path, and where problems go. The readers return nullopt after
/// having reported why.
class Cursor {
 public:
  Cursor(const Value& value, std::string path, Problems& problems)
      : value_(&value), path_(std::move(path)), problems_(&problems) {}

  const Value& value() const { return *value_; }
  const std::string& path() const { return path_; }
  Problems& problems() const { return *problems_; }

  void error(std::string message) const;
  void warning(std::string message) const;
  /// The name of this member is wrong.
  void error_at_name(std::string message) const;
  /// It names something that is not defined.
  void unknown_reference(std::string message) const;
  /// "expected <expected>, got <what is there>"
  void expected(const std::string& expected) const;

  /// An object all of whose members are among `known`; reports the others one by one.
  bool is_object_with(const std::vector<std::string>& known) const;
  std::optional<Cursor> member(const std::string& name) const;
  /// Reports an absent member.
  std::optional<Cursor> required(const std::string& name) const;
  /// Empty after a report when this is no object or list, or one with more than `count_max`.
  std::vector<std::pair<std::string, Cursor>> members(std::size_t count_max) const;
  std::vector<Cursor> items(std::size_t count_max) const;

  std::optional<std::string> text(std::size_t bytes_max) const;
  /// A text that names an event, a property, an attribute: not empty, no control characters;
  /// warns about non-ASCII.
  std::optional<std::string> name() const;
  /// [a-z0-9][a-z0-9_-]{0,63}
  std::optional<std::string> key() const;
  std::optional<std::int64_t> integer(std::int64_t lower, std::int64_t upper) const;
  std::optional<double> number() const;
  /// "5%" or a fraction.
  std::optional<Share> share() const;
  /// A share in whole buckets of 10,000, from `lower` to 10,000.
  std::optional<int> buckets(int lower) const;
  std::optional<Duration> duration() const;
  std::optional<Duration> positive_duration() const;
  bool is_true() const;
  /// true or false; false after a report.
  bool flag() const;

  template <class E>
  std::optional<E> word() const {
    std::vector<std::string> names;
    const std::string* text = value_->as_string();
    for (const auto& entry : EnumeratorNames<E>::kAll) {
      if (text != nullptr && *text == entry.name) return entry.value;
      names.emplace_back(entry.name);
    }
    refuse_word(names, EnumeratorNames<E>::later());
    return std::nullopt;
  }
  /// Only this word is accepted.
  void only_word(const std::string& accepted) const;

 private:
  void refuse_word(const std::vector<std::string>& names,
                   const std::vector<std::string>& later) const;

  const Value* value_;
  std::string path_;
  Problems* problems_;
};

/// What stands there, for messages: `the text "NO"`, `the number 5`, `a list`.
std::string described(const Value& value);

/// Reads [a-z0-9][a-z0-9_-]{0,63}.
bool is_key(std::string_view text);
bool is_ascii(std::string_view text);

/// "25%" for 2,500 buckets.
std::string percent_of_buckets(int buckets);
/// The percentage that Cursor::share reads back as the same double: "5%" for 0.05.
std::string percent_text(double share);
/// The same without the sign: "33.3" for 0.333.
std::string hundredfold_text(double share);

}  // namespace converge
