#include "base/result.h"

#include <catch2/catch.hpp>
#include <memory>
#include <set>

namespace converge {

TEST_CASE("Result: a value is a value and an error is an error") {
  const Result<int> good = 7;
  REQUIRE(good.has_value());
  CHECK(*good == 7);
  const auto bad = Result<int>::failure(Errc::kNotFound, "key: no such experiment");
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error() == Error{Errc::kNotFound, "key: no such experiment"});
}

TEST_CASE("Result: a value that cannot be copied moves out") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> taken = std::move(result).value();
  CHECK(*taken == 3);
}

TEST_CASE("Status: empty is success") {
  const Status good;
  CHECK(good.has_value());
  const Status bad = Error{Errc::kTooLarge, "body"};
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().code == Errc::kTooLarge);
}

TEST_CASE("Error: a frame stands before the message and keeps the code") {
  const Error framed = Error{Errc::kInvalidArgument, "weight: negative"}.within("variants[1]");
  CHECK(framed == Error{Errc::kInvalidArgument, "variants[1]: weight: negative"});
}

TEST_CASE("Errc: every code has its own standard name") {
  std::set<std::string> names;
  for (int code = 0; code <= static_cast<int>(Errc::kInternal); ++code) {
    names.insert(name_of(static_cast<Errc>(code)));
  }
  CHECK(names.size() == 10);
  CHECK(std::string(name_of(Errc::kInsufficientData)) == "insufficient_data");
}

}  // namespace converge
