#include "base/strong_id.h"

#include <catch2/catch.hpp>
#include <type_traits>
#include <unordered_set>

namespace converge {
namespace {

using FirstId = StrongId<struct FirstTag>;
using SecondId = StrongId<struct SecondTag>;

template <class Left, class Right>
concept Comparable = requires(const Left& left, const Right& right) {
  left == right;
};

}  // namespace

TEST_CASE("StrongId: two kinds do not mix, nor with plain text") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<FirstId, SecondId>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, FirstId>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<FirstId, std::string>);
  STATIC_REQUIRE_FALSE(Comparable<FirstId, SecondId>);
  STATIC_REQUIRE_FALSE(Comparable<FirstId, std::string>);
}

TEST_CASE("StrongId: orders, equals and hashes as its text") {
  CHECK(FirstId("a") < FirstId("b"));
  CHECK(FirstId("a") == FirstId("a"));
  CHECK(FirstId().empty());
  CHECK(FirstId("a").str() == "a");
  const std::unordered_set<FirstId> ids{FirstId("a"), FirstId("b"), FirstId("a")};
  CHECK(ids.size() == 2);
}

}  // namespace converge
