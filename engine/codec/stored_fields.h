#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/codec/json.h"
#include "engine/model/evidence.h"
#include "engine/model/value.h"

/// The member forms that stored documents (catalogs, looks) share.
namespace converge {

/// What this program stored itself may be larger and deeper than what it accepts from outside.
inline constexpr JsonLimits kStoredJsonLimits{64, std::size_t{256} * 1024 * 1024};

/// A finite double as a number, an unbounded one as "infinity" or "-infinity", which JSON numbers
/// cannot say. Precondition: not a NaN (law 6).
Value real_document(double value);
Value time_document(Time time);
/// A number, or {"undefined": "<reason>"}.
Value figure_document(const Figure& figure);
Value undefined_document(Undefined reason);

/// Reads the members of one stored object. The first problem is kept, what follows reads as empty
/// values, and whoever started the reading asks once at the end.
class StoredFields {
 public:
  /// The first problem of one document.
  class Damage {
   public:
    void note(const std::string& path, const std::string& problem);
    /// kInternal, naming the member.
    const std::optional<Error>& error() const { return error_; }

   private:
    std::optional<Error> error_;
  };

  StoredFields(const Value& object, std::string path, Damage& damage);

  /// Null when absent or null.
  const Value* optional(const char* name) const;
  /// A null value when absent, which is noted.
  const Value& required(const char* name) const;
  StoredFields object(const char* name) const;

  std::string text(const char* name) const;
  std::int64_t integer(const char* name) const;
  int small_integer(const char* name) const;
  double real(const char* name) const;
  bool boolean(const char* name) const;
  Time time(const char* name) const;
  Figure figure(const char* name) const;
  std::optional<std::string> optional_text(const char* name) const;
  std::optional<double> optional_real(const char* name) const;
  std::optional<Time> optional_time(const char* name) const;

  template <class Id>
  Id id(const char* name) const {
    return Id(text(name));
  }

  /// The enumerator of `all` whose name stands there.
  template <class E>
  E one_of(const char* name, std::initializer_list<E> all, const char* (*name_of_one)(E)) const {
    return named(text(name), name, all, name_of_one);
  }
  template <class E>
  std::optional<E> optional_one_of(const char* name, std::initializer_list<E> all,
                                   const char* (*name_of_one)(E)) const {
    const auto found = optional_text(name);
    if (!found) return std::nullopt;
    return named(*found, name, all, name_of_one);
  }

  /// An array of objects; `read` gets the fields of each.
  template <class Read>
  auto objects(const char* name, Read read) const {
    std::vector<decltype(read(std::declval<const StoredFields&>()))> items;
    const Value::Array& array = this->array(name);
    for (std::size_t i = 0; i < array.size(); ++i) {
      items.push_back(read(StoredFields(array[i], item_of(name, i), *damage_)));
    }
    return items;
  }
  std::vector<std::int64_t> integers(const char* name) const;
  std::vector<double> reals(const char* name) const;
  std::vector<bool> booleans(const char* name) const;
  const Value::Array& array(const char* name) const;

  /// {"undefined": reason} in place of an object.
  std::optional<Undefined> undefined() const;

  Damage& damage() const { return *damage_; }
  std::string path_of(const char* name) const;
  std::string item_of(const char* name, std::size_t index) const;

 private:
  template <class E>
  E named(const std::string& text, const char* member, std::initializer_list<E> all,
          const char* (*name_of_one)(E)) const {
    for (const E one : all) {
      if (text == name_of_one(one)) return one;
    }
    damage_->note(path_of(member), "unknown name \"" + text + "\"");
    return *all.begin();
  }
  void expected(const char* name, const char* what) const;

  const Value* object_;
  std::string path_;
  Damage* damage_;
};

/// Checks the "format" member: kUnsupported when it is newer than this program's.
Status check_format(const Value& document, std::int64_t known, const char* what);

}  // namespace converge
