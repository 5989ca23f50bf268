#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace converge {

/// The closed list of ways in which an expected operation fails. server/http maps each to a status.
enum class Errc {
  kInvalidArgument,   ///< the input is malformed or out of range; the message names the field
  kNotFound,          ///< what was named does not exist
  kConflict,          ///< the present state forbids it, or another writer came first
  kInsufficientData,  ///< statistically undefined: too few units, zero variance
  kTooLarge,          ///< a named limit was exceeded
  kUnavailable,       ///< try again later: overloaded, locked, disk full
  kUnauthorized,      ///< no key, or an unknown one
  kForbidden,         ///< the key's role does not allow it
  kUnsupported,       ///< known by name but not built yet, or written by a newer version
  kInternal,          ///< a failure that the caller cannot mend
};

/// The standard lower-case name ("invalid_argument").
const char* name_of(Errc code);

/// An expected failure. `message` is safe to show to a client and names the offending field.
struct Error {
  Errc code = Errc::kInternal;
  std::string message;

  /// The same error, framed: "experiments[2]: <message>".
  Error within(const std::string& frame) const { return {code, frame + ": " + message}; }
  bool operator==(const Error&) const = default;
};

/// A value or an Error, in the spelling of std::expected so that it can become one.
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  // NOLINTNEXTLINE(google-explicit-constructor): as std::expected
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): as std::expected
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  static Result failure(Errc code, std::string message) { return Error{code, std::move(message)}; }

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  const T& value() const& {
    CONVERGE_CHECK(has_value());
    return std::get<0>(state_);
  }
  T& value() & {
    CONVERGE_CHECK(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    CONVERGE_CHECK(has_value());
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  const Error& error() const {
    CONVERGE_CHECK(!has_value());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): as std::expected
  Result(Error error) : error_(std::move(error)) {}

  bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  const Error& error() const {
    CONVERGE_CHECK(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace converge
