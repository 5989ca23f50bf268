#include "engine/assign/claims.h"

#include <algorithm>
#include <utility>

#include "engine/assign/version_key.h"

namespace converge::claims {
namespace {

bool is_one_of(js::Order order, const Orders& accepted) {
  return std::find(accepted.begin(), accepted.end(), order) != accepted.end();
}

}  // namespace

Claim constant(bool answer) {
  return [answer](const Value&) { return answer; };
}
Claim negation(Claim claim) {
  return [claim = std::move(claim)](const Value& value) { return !claim(value); };
}
Claim all_of(std::vector<Claim> claims) {
  if (claims.size() == 1) return std::move(claims.front());
  return [claims = std::move(claims)](const Value& value) {
    return std::all_of(claims.begin(), claims.end(),
                       [&](const Claim& claim) { return claim(value); });
  };
}
Claim any_of(std::vector<Claim> claims) {
  if (claims.size() == 1) return std::move(claims.front());
  return [claims = std::move(claims)](const Value& value) {
    return std::any_of(claims.begin(), claims.end(),
                       [&](const Claim& claim) { return claim(value); });
  };
}

Claim strict(const Value& expected) {
  return [expected](const Value& actual) { return js::strictly_equal(actual, expected); };
}

Claim ordered(const Value& expected, Orders accepted) {
  return [expected, accepted = std::move(accepted)](const Value& actual) {
    return is_one_of(js::compare(actual, expected), accepted);
  };
}

Claim versioned(const Value& expected, Orders accepted) {
  return [key = Value::string(version_key(expected)),
          accepted = std::move(accepted)](const Value& actual) {
    return is_one_of(js::compare(Value::string(version_key(actual)), key), accepted);
  };
}

Claim exists(bool wanted) {
  return [wanted](const Value& actual) { return actual.is_null() != wanted; };
}

}  // namespace converge::claims
