#include "engine/assign/hash.h"

#include <catch2/catch.hpp>

#include "engine/assign/utf16.h"

namespace converge {
namespace {

/// Table of section 1 of the GrowthBook protocol notes.
struct HashRow {
  const char* seed;
  const char* value;
  std::uint32_t inner;
  std::uint32_t outer;
  int bucket;
};

TEST_CASE("Hash: every row of the protocol's table") {
  const auto row = GENERATE(values<HashRow>({
      {"exp_ab", "user-0", 3735045344U, 3472122575U, 2575},
      {"exp_ab", "user-1", 3751822963U, 16312189U, 2189},
      {"exp_ab", "user-2", 3768600582U, 3402079934U, 9934},
      {"exp_ab", "42", 2659221640U, 3852856440U, 6440},
      {"checkout-layer", "user-1", 3054824928U, 4023116412U, 6412},
      {"exp_ab", "ÅÄÖ", 1909149319U, 711322931U, 2931},
      {"exp_ab", "日本語", 3882753975U, 1965204640U, 4640},
      {"exp_ab", "😀", 3748844031U, 3990530875U, 875},
  }));
  INFO(row.seed << " / " << row.value);
  const std::uint32_t inner = fnv1a32(std::string(row.seed) + row.value);
  CHECK(inner == row.inner);
  CHECK(fnv1a32(std::to_string(inner)) == row.outer);
  CHECK(bucket_of(row.seed, row.value) == row.bucket);
  CHECK(bucket_after(fnv1a32(row.seed), row.value) == row.bucket);
  CHECK(fnv1a32_continue(fnv1a32(row.seed), row.value) == row.inner);
}

TEST_CASE("Hash: the table's single values") {
  CHECK(fnv1a32("") == 2166136261U);
  CHECK(fnv1a32("a") == 3826002220U);
  CHECK(fnv1a32("ÅÄÖ") == 3406719150U);
  CHECK(fnv1a32("😀") == 3409036472U);
  CHECK(fnv1a32("seeda") == 717764279U);
  CHECK(bucket_of("seed", "a") == 505);
  CHECK(bucket_of("seed", "b") == 2696);
}

TEST_CASE("Hash: the worked example of the protocol") {
  CHECK(bucket_of("exp_abc-s1", "user-0") == 8180);
  CHECK(bucket_of("exp_abc-s1", "user-1") == 2199);
  CHECK(bucket_of("exp_abc-s1", "user-2") == 4801);
  CHECK(bucket_of("exp_abc-s1", "user-3") == 6361);
}

TEST_CASE("Hash: each invalid UTF-8 byte counts as U+FFFD") {
  CHECK(fnv1a32("\xFF") == fnv1a32("\xEF\xBF\xBD"));
  CHECK(fnv1a32("a\xE2\x82") == fnv1a32("a\xEF\xBF\xBD\xEF\xBF\xBD"));
  CHECK(fnv1a32("\xC0\x80") == fnv1a32("\xEF\xBF\xBD\xEF\xBF\xBD"));
}

TEST_CASE("UTF-16: code points above the base plane are two units") {
  CHECK(to_utf16("aé€😀") == u"aé€😀");
  CHECK(to_utf16("😀").size() == 2);
}

TEST_CASE("UTF-16: order is by code unit, so U+FF01 follows the emoji") {
  CHECK(utf16_less("a", "b"));
  CHECK(utf16_less("a", "ab"));
  CHECK_FALSE(utf16_less("ab", "a"));
  CHECK_FALSE(utf16_less("a", "a"));
  CHECK(utf16_less("z", "é"));
  CHECK(utf16_less("😀", "！"));
  CHECK_FALSE(utf16_less("！", "😀"));
  CHECK(utf16_less("퟿", "😀"));
}

TEST_CASE("UTF-16: lower case covers more than ASCII") {
  CHECK(lower_case("ÀÉß Ω Я İ ǅ 𐐀 z") == "àéß ω я i̇ ǆ 𐐨 z");
  CHECK(regex_canonical(u'é') == u'É');
  CHECK(regex_canonical(u'ß') == u'ß');
  CHECK(regex_canonical(u'\u017F') == u'\u017F');
  CHECK(regex_canonical(u'k') == u'K');
}

}  // namespace
}  // namespace converge
