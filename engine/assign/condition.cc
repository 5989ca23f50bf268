#include "engine/assign/condition.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "engine/assign/attribute_path.h"
#include "engine/assign/claims.h"
#include "engine/assign/js_value.h"
#include "engine/assign/membership.h"
#include "engine/assign/pattern.h"
#include "engine/assign/utf16.h"

namespace converge {
namespace {

using namespace claims;
using Letters = Pattern::Case;

bool is_operator_object(const Value& value) {
  const Value::Object* members = value.as_object();
  return members != nullptr && !members->empty() &&
         std::all_of(members->begin(), members->end(),
                     [](const Value::Member& member) { return member.first.starts_with('$'); });
}

const Value& null_value() {
  static const Value kNull;
  return kNull;
}

/// Operators for which a missing attribute is 0, "null" or version 0: rarely what the author has in
/// mind.
bool reads_missing_as_value(std::string_view name) {
  return name.starts_with("$lt") || name.starts_with("$gt") || name.starts_with("$regex") ||
         (name.starts_with("$v") && name != "$vne");
}

std::string_view type_name(const Value& value) {
  return name_of(value.type());
}

/// A saved group of the form {type: ...}.
bool has_type(const Value& group, std::string_view name) {
  const Value* type = group.find("type");
  return type != nullptr && type->as_string() != nullptr && *type->as_string() == name;
}

class Compiler {
 public:
  Compiler(const Condition::SavedGroups& groups, const Condition::Limits& limits)
      : groups_(groups), limits_(limits) {}

  /// evalCondition: a claim about the attributes.
  Claim condition(const Value& condition);

  const std::optional<Error>& failure() const { return failure_; }
  std::vector<ConditionWarning> take_warnings() { return std::move(warnings_); }

 private:
  /// Counts nesting and keeps the path for messages.
  class Inside {
   public:
    Inside(Compiler& compiler, const std::string& step) : compiler_(compiler) {
      compiler_.path_.push_back(step);
      if (compiler_.path_.size() > compiler_.limits_.depth_max) {
        compiler_.fail("nests deeper than " + std::to_string(compiler_.limits_.depth_max) +
                       " levels");
      }
    }
    ~Inside() { compiler_.path_.pop_back(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Compiler& compiler_;
  };

  Claim entry(const std::string& key, const Value& value);
  std::vector<Claim> list(const Value& conditions);
  Claim saved_group(const Value& reference);
  Claim listed_group(const Value& group, const Value& reference);

  /// evalConditionValue: a claim about the value at a path.
  Claim wanted(const Value& want, Letters letters);
  Claim wanted_text(const std::string& want, Letters letters);
  Claim operators(const Value::Object& members);
  Claim operation(const std::string& name, const Value& expected);
  Claim member(const Value& list, Letters letters);
  Claim no_member(const Value& list, Letters letters);
  Value group(const Value& name);
  Claim size(const Value& expected);
  Claim element_match(const Value& expected);
  Claim all_elements(const Value& expected, Letters letters);
  Claim pattern(const Value& expected, Letters letters);
  Claim type_is(const Value& expected);

  std::string path() const;
  void warn(const std::string& message) { warnings_.push_back({path(), message}); }
  void fail(const std::string& message) {
    if (!failure_) failure_ = Error{Errc::kInvalidArgument, "condition " + path() + ": " + message};
  }

  const Condition::SavedGroups& groups_;
  const Condition::Limits& limits_;
  std::vector<std::string> path_;
  std::vector<std::string> groups_in_use_;
  std::vector<ConditionWarning> warnings_;
  std::optional<Error> failure_;
};

std::string Compiler::path() const {
  std::string text;
  for (const std::string& step : path_) {
    if (!text.empty() && !step.starts_with('[')) text += '.';
    text += step;
  }
  return text;
}

Claim Compiler::condition(const Value& condition) {
  if (failure_) return constant(false);
  const Value::Object* members = condition.as_object();
  if (members == nullptr) {
    warn("a condition is an object; found " + std::string(type_name(condition)));
    // JavaScript finds no entries in these, and fails on null and on what texts and lists contain.
    const bool no_entries = condition.as_boolean() != nullptr || condition.as_number() != nullptr;
    return constant(no_entries);
  }
  std::vector<Claim> entries;
  for (const auto& [key, value] : *members) {
    const Inside inside(*this, key);
    entries.push_back(entry(key, value));
  }
  return all_of(std::move(entries));
}

Claim Compiler::entry(const std::string& key, const Value& value) {
  if (failure_) return constant(false);
  if (key == "$and") return all_of(list(value));
  if (key == "$not") return negation(condition(value));
  if (key == "$savedGroup") return saved_group(value);
  if (key == "$or" || key == "$nor") {
    std::vector<Claim> tests = list(value);
    const bool empty = tests.empty();
    if (empty) warn(key == "$or" ? "empty: holds for everyone" : "empty: holds for nobody");
    Claim any = empty ? constant(true) : any_of(std::move(tests));
    return key == "$or" ? any : negation(std::move(any));
  }
  if (key.starts_with('$')) warn("is no operator here, so it is read as the name of an attribute");
  return [path = AttributePath(key), test = wanted(value, Letters::kSensitive)](
             const Value& attributes) { return path.holds(attributes, test); };
}

std::vector<Claim> Compiler::list(const Value& conditions) {
  std::vector<Claim> tests;
  const Value::Array* items = conditions.as_array();
  if (items == nullptr) {
    warn("expects a list of conditions, found " + std::string(type_name(conditions)));
    return tests;
  }
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Inside inside(*this, "[" + std::to_string(i) + "]");
    tests.push_back(condition((*items)[i]));
  }
  return tests;
}

Claim Compiler::saved_group(const Value& reference) {
  warn("only the JavaScript SDK from 1.8 knows $savedGroup");
  const Value* id = reference.find("id");
  const bool named = id != nullptr && id->as_string() != nullptr;
  const auto found = named ? groups_.find(*id->as_string()) : groups_.end();
  if (found == groups_.end()) {
    warn("the saved group is unknown: never holds");
    return constant(false);
  }
  const std::string& name = found->first;
  if (std::find(groups_in_use_.begin(), groups_in_use_.end(), name) != groups_in_use_.end()) {
    warn("the saved group refers to itself: never holds");
    return constant(false);
  }
  const Value* nested = found->second.find("condition");
  if (!has_type(found->second, "condition") || nested == nullptr) {
    return listed_group(found->second, reference);
  }
  groups_in_use_.push_back(name);
  Claim test = condition(*nested);
  groups_in_use_.pop_back();
  return test;
}

Claim Compiler::listed_group(const Value& group, const Value& reference) {
  const Value* attribute = reference.find("attributeKey");
  if (attribute == nullptr) attribute = group.find("attributeKey");
  const Value* values = group.find("values");
  const bool complete = has_type(group, "list") && attribute != nullptr &&
                        attribute->as_string() != nullptr && values != nullptr &&
                        values->as_array() != nullptr;
  if (!complete) {
    warn("the saved group is no list with an attribute: never holds");
    return constant(false);
  }
  return [path = AttributePath(*attribute->as_string()),
          test = member(*values, Letters::kSensitive)](const Value& attributes) {
    return path.holds(attributes, test);
  };
}

Claim Compiler::wanted(const Value& want, Letters letters) {
  if (failure_) return constant(false);
  if (const std::string* text = want.as_string()) return wanted_text(*text, letters);
  if (const Value::Number* number = want.as_number()) {
    return [n = number->value](const Value& actual) { return js::to_number(actual) == n; };
  }
  if (const bool* flag = want.as_boolean()) {
    return
        [b = *flag](const Value& actual) { return !actual.is_null() && js::truthy(actual) == b; };
  }
  if (want.is_null()) return [](const Value& actual) { return actual.is_null(); };
  if (is_operator_object(want)) return operators(*want.as_object());
  if (const Value::Object* members = want.as_object();
      members != nullptr && std::any_of(members->begin(), members->end(), [](const auto& member) {
        return member.first.starts_with('$');
      })) {
    warn("mixes operators with other names, so it is compared as it stands");
  }
  return [want](const Value& actual) { return js::same_json(want, actual); };
}

Claim Compiler::wanted_text(const std::string& want, Letters letters) {
  if (letters == Letters::kSensitive) {
    return [want](const Value& actual) { return js::to_text(actual) == want; };
  }
  return [lower = lower_case(want)](const Value& actual) {
    return lower_case(js::to_text(actual)) == lower;
  };
}

Claim Compiler::operators(const Value::Object& members) {
  std::vector<Claim> tests;
  std::vector<std::pair<std::string, Claim>> coercing;
  for (const auto& [name, expected] : members) {
    const Inside inside(*this, name);
    tests.push_back(operation(name, expected));
    if (reads_missing_as_value(name)) coercing.emplace_back(name, tests.back());
  }
  Claim together = all_of(std::move(tests));
  if (failure_ || !together(null_value())) return together;
  for (const auto& [name, test] : coercing) {
    const Inside inside(*this, name);
    if (test(null_value())) {
      warn(
          "also holds for units without this attribute; add \"$exists\": true if they are not "
          "meant");
    }
  }
  return together;
}

Claim Compiler::operation(const std::string& name, const Value& expected) {
  if (failure_) return constant(false);
  using Make = Claim (*)(Compiler&, const Value&);
  static const std::map<std::string_view, Make> kOperators = {
      {"$eq", [](Compiler&, const Value& e) { return strict(e); }},
      {"$ne", [](Compiler&, const Value& e) { return negation(strict(e)); }},
      {"$lt", [](Compiler&, const Value& e) { return ordered(e, {js::Order::kLess}); }},
      {"$lte",
       [](Compiler&, const Value& e) {
         return ordered(e, {js::Order::kLess, js::Order::kEqual});
       }},
      {"$gt", [](Compiler&, const Value& e) { return ordered(e, {js::Order::kGreater}); }},
      {"$gte",
       [](Compiler&, const Value& e) {
         return ordered(e, {js::Order::kGreater, js::Order::kEqual});
       }},
      {"$veq", [](Compiler&, const Value& e) { return versioned(e, {js::Order::kEqual}); }},
      {"$vne",
       [](Compiler&, const Value& e) {
         return versioned(e, {js::Order::kLess, js::Order::kGreater});
       }},
      {"$vlt", [](Compiler&, const Value& e) { return versioned(e, {js::Order::kLess}); }},
      {"$vlte",
       [](Compiler&, const Value& e) {
         return versioned(e, {js::Order::kLess, js::Order::kEqual});
       }},
      {"$vgt", [](Compiler&, const Value& e) { return versioned(e, {js::Order::kGreater}); }},
      {"$vgte",
       [](Compiler&, const Value& e) {
         return versioned(e, {js::Order::kGreater, js::Order::kEqual});
       }},
      {"$in", [](Compiler& c, const Value& e) { return c.member(e, Letters::kSensitive); }},
      {"$nin", [](Compiler& c, const Value& e) { return c.no_member(e, Letters::kSensitive); }},
      {"$ini", [](Compiler& c, const Value& e) { return c.member(e, Letters::kInsensitive); }},
      {"$nini", [](Compiler& c, const Value& e) { return c.no_member(e, Letters::kInsensitive); }},
      {"$inGroup",
       [](Compiler& c, const Value& e) { return c.member(c.group(e), Letters::kSensitive); }},
      {"$notInGroup",
       [](Compiler& c, const Value& e) { return c.no_member(c.group(e), Letters::kSensitive); }},
      {"$all", [](Compiler& c, const Value& e) { return c.all_elements(e, Letters::kSensitive); }},
      {"$alli",
       [](Compiler& c, const Value& e) { return c.all_elements(e, Letters::kInsensitive); }},
      {"$elemMatch", [](Compiler& c, const Value& e) { return c.element_match(e); }},
      {"$size", [](Compiler& c, const Value& e) { return c.size(e); }},
      {"$exists", [](Compiler&, const Value& e) { return exists(js::truthy(e)); }},
      {"$type", [](Compiler& c, const Value& e) { return c.type_is(e); }},
      {"$not",
       [](Compiler& c, const Value& e) { return negation(c.wanted(e, Letters::kSensitive)); }},
      {"$regex", [](Compiler& c, const Value& e) { return c.pattern(e, Letters::kSensitive); }},
      {"$regexi", [](Compiler& c, const Value& e) { return c.pattern(e, Letters::kInsensitive); }},
  };
  const auto found = kOperators.find(name);
  if (found != kOperators.end()) return found->second(*this, expected);
  warn("unknown operator: never holds");
  return constant(false);
}

Claim Compiler::member(const Value& list, Letters letters) {
  const Value::Array* items = list.as_array();
  if (items == nullptr) {
    warn("expects a list, found " + std::string(type_name(list)) + ": never holds");
    return constant(false);
  }
  const auto folding = letters == Letters::kInsensitive ? Membership::Letters::kAnyCase
                                                        : Membership::Letters::kAsWritten;
  return [members = std::make_shared<const Membership>(*items, folding)](const Value& actual) {
    return members->holds(actual);
  };
}

Claim Compiler::no_member(const Value& list, Letters letters) {
  Claim in = member(list, letters);
  return list.as_array() == nullptr ? in : negation(std::move(in));
}

/// The list of a saved group; something else when the entry is none, so that neither operator
/// holds.
Value Compiler::group(const Value& name) {
  const auto found = groups_.find(js::to_text(name));
  if (found == groups_.end()) {
    warn("the saved group is unknown and counts as empty");
    return Value::array({});
  }
  const Value* values = found->second.find("values");
  return has_type(found->second, "list") && values != nullptr ? *values : found->second;
}

Claim Compiler::all_elements(const Value& expected, Letters letters) {
  const Value::Array* items = expected.as_array();
  if (items == nullptr) {
    warn("expects a list, found " + std::string(type_name(expected)) + ": never holds");
    return constant(false);
  }
  std::vector<Claim> tests;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Inside inside(*this, "[" + std::to_string(i) + "]");
    tests.push_back(wanted((*items)[i], letters));
  }
  return [tests = std::move(tests)](const Value& actual) {
    const Value::Array* found = actual.as_array();
    return found != nullptr && std::all_of(tests.begin(), tests.end(), [found](const Claim& test) {
             return std::any_of(found->begin(), found->end(), test);
           });
  };
}

Claim Compiler::element_match(const Value& expected) {
  Claim test =
      is_operator_object(expected) ? operators(*expected.as_object()) : condition(expected);
  return [test = std::move(test)](const Value& actual) {
    const Value::Array* items = actual.as_array();
    return items != nullptr && std::any_of(items->begin(), items->end(), [&](const Value& item) {
             return !item.is_null() && test(item);
           });
  };
}

Claim Compiler::size(const Value& expected) {
  return [test = wanted(expected, Letters::kSensitive)](const Value& actual) {
    const Value::Array* items = actual.as_array();
    return items != nullptr && test(Value::integer(static_cast<std::int64_t>(items->size())));
  };
}

Claim Compiler::type_is(const Value& expected) {
  static const std::set<std::string> kTypes = {"string", "number", "boolean",
                                               "array",  "object", "null"};
  const std::string* name = expected.as_string();
  if (name == nullptr || !kTypes.contains(*name)) {
    warn("no value has this type: never holds");
    return constant(false);
  }
  return [wanted = *name](const Value& actual) { return type_name(actual) == wanted; };
}

Claim Compiler::pattern(const Value& expected, Letters letters) {
  if (expected.as_string() == nullptr) {
    warn("expects a text, found " + std::string(type_name(expected)) + ": never holds");
    return constant(false);
  }
  const std::string& text = *expected.as_string();
  if (text.size() > limits_.pattern_bytes_max) {
    fail("regular expression of " + std::to_string(text.size()) + " bytes, at most " +
         std::to_string(limits_.pattern_bytes_max) + " are accepted");
    return constant(false);
  }
  Result<Pattern> compiled = Pattern::compile(text, letters);
  if (!compiled) {
    warn(compiled.error().message + ": never holds");
    return constant(false);
  }
  return [pattern = *std::move(compiled), limit = limits_.subject_bytes_max](const Value& actual) {
    const std::string subject = js::to_text(actual);
    return subject.size() <= limit && pattern.found_in(subject);
  };
}

}  // namespace

struct Condition::Node {
  Claim holds;
};

Condition::Condition() = default;
Condition::Condition(const Condition&) = default;
Condition::Condition(Condition&&) noexcept = default;
Condition& Condition::operator=(const Condition&) = default;
Condition& Condition::operator=(Condition&&) noexcept = default;
Condition::~Condition() = default;

Result<Condition> Condition::compile(const Value& condition, const SavedGroups& groups,
                                     const Limits& limits) {
  Condition result;
  if (condition.is_null()) return result;
  if (condition.as_object() == nullptr) {
    return Error{Errc::kInvalidArgument,
                 "a condition is an object, found " + std::string(type_name(condition))};
  }
  Compiler compiler(groups, limits);
  Claim test = compiler.condition(condition);
  if (compiler.failure()) return *compiler.failure();
  result.warnings_ = compiler.take_warnings();
  if (!condition.as_object()->empty()) {
    result.root_ = std::make_shared<const Node>(Node{std::move(test)});
  }
  return result;
}

bool Condition::holds(const Value& attributes) const {
  return root_ == nullptr || root_->holds(attributes);
}

const std::vector<ConditionWarning>& Condition::warnings() const {
  return warnings_;
}

}  // namespace converge
