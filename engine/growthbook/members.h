#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/value.h"

/// Members of payloads as the reference SDK reads them: falsy ones count as absent, wrong types as
/// what JavaScript would make of them. Null pointers and nullopt mean absent.
namespace converge::growthbook {

const Value* truthy_member(const Value& object, std::string_view name);
/// A truthy member that is a list.
const Value::Array* list_member(const Value& object, std::string_view name);
/// A truthy member as text, else "".
std::string text_member(const Value& object, std::string_view name);
/// A truthy member as text, else `otherwise`.
std::string text_member_or(const Value& object, std::string_view name, std::string_view otherwise);
/// A member, falsy ones too, as a number (NaN for what is none).
std::optional<double> number_member(const Value& object, std::string_view name);

/// The integer of a number without a fraction; nullopt for everything else.
std::optional<int> integer_of(const Value& value);
/// An integer member, else 0.
int integer_member(const Value& object, std::string_view name);

}  // namespace converge::growthbook
