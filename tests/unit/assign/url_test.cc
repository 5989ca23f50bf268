#include "engine/assign/url.h"

#include <catch2/catch.hpp>

#include "engine/assign/query_override.h"
#include "engine/assign/url_target.h"

namespace converge {
namespace {

std::string href(const char* text) {
  const std::optional<Url> url = parse_url(text, "_");
  return url ? url->href() : "refused";
}

TEST_CASE("URLs: normalised as browsers do") {
  CHECK(href("https://Example.COM:443/a/./b/../c") == "https://example.com/a/c");
  CHECK(href("http://example.com:8080") == "http://example.com:8080/");
  CHECK(href("//example.com/x") == "https://example.com/x");
  CHECK(href("https:\\\\example.com\\x") == "https://example.com/x");
  CHECK(href("/a b?q=\"x\"#f g") == "https://_/a%20b?q=%22x%22#f%20g");
  CHECK(href("") == "https://_/");
  CHECK(href(" x\n/y ") == "https://_/x/y");
  CHECK(href("/%2e%2E/\xC3\xA4") == "https://_/%C3%A4");
  CHECK(href("https://user:secret@example.com/") == "https://user:secret@example.com/");
  CHECK(href("/a?#") == "https://_/a");
  CHECK(href("mailto:a@example.com") == "mailto:a@example.com");
  CHECK(href("https://") == "refused");
  CHECK(href("https://a b/") == "refused");
  CHECK(href("https://example.com:port/") == "refused");
  CHECK(href("https://example.com:65536/") == "refused");
}

bool targeted(const std::vector<UrlPattern>& patterns, const char* url) {
  const Result<UrlTargets> targets = UrlTargets::compile(patterns);
  REQUIRE(targets);
  return targets->include(url);
}

UrlPattern simple(const char* pattern) {
  return {UrlPattern::Kind::kSimple, true, pattern};
}
UrlPattern regex(const char* pattern) {
  return {UrlPattern::Kind::kRegex, true, pattern};
}
UrlPattern without(UrlPattern pattern) {
  pattern.include = false;
  return pattern;
}

TEST_CASE("URL patterns: simple ones compare host, path and what they name of query and fragment") {
  const char* const url = "https://www.example.com/shop/item-7/?x=1&y=2#reviews";
  CHECK(targeted({simple("https://www.example.com/shop/*")}, url));
  CHECK(targeted({simple("*.example.com/shop/item-7")}, url));
  CHECK(targeted({simple("WWW.example.com/SHOP/item-*")}, url));
  CHECK(targeted({simple("http://www.example.com/shop/item-7")}, url));  // schemes do not count
  CHECK(targeted({simple("/shop/*?y=2")}, url));
  CHECK(targeted({simple("*#reviews")}, url));
  CHECK_FALSE(targeted({simple("/shop")}, url));
  CHECK_FALSE(targeted({simple("/shop/*?y=3")}, url));
  CHECK_FALSE(targeted({simple("/shop/*?z=*1")}, url));
  CHECK_FALSE(targeted({simple("*#top")}, url));
  CHECK_FALSE(targeted({simple("example.com/shop/*")}, url));
  CHECK_FALSE(targeted({simple("/shop.item-7")}, "https://a.example/shop/item-7"));
}

TEST_CASE("URL patterns: regular ones search the whole URL and the part after the origin") {
  CHECK(targeted({regex("^https://example")}, "https://example.com/a"));
  CHECK(targeted({regex("^/a")}, "https://example.com/a"));
  CHECK_FALSE(targeted({regex("^/b")}, "https://example.com/a"));
  CHECK_FALSE(targeted({regex("[")}, "https://example.com/["));
}

TEST_CASE("URL patterns: exclusion wins, exclusions alone let the rest in") {
  const char* const url = "https://example.com/a";
  CHECK_FALSE(targeted({simple("*"), without(simple("/a"))}, url));
  CHECK(targeted({without(simple("/b"))}, url));
  CHECK_FALSE(targeted({simple("/b"), without(simple("/c"))}, url));
  CHECK(targeted({simple("/b"), simple("/a")}, url));
  CHECK_FALSE(targeted({{UrlPattern::Kind::kUnknown, true, "*"}}, url));
  CHECK_FALSE(targeted({simple("*")}, "https://a b/"));
}

TEST_CASE("URL patterns: long patterns are refused, long URLs match nothing") {
  const std::string longer(kUrlPatternBytesMax + 1, 'a');
  CHECK(UrlTargets::compile({regex(longer.c_str())}).error().code == Errc::kTooLarge);
  CHECK_FALSE(targeted({simple("*")}, ("/" + std::string(kUrlBytesMax, 'a')).c_str()));
}

struct Override {
  const char* url;
  std::optional<int> index;
};

TEST_CASE("Query overrides: the first pair of that name, read as parseInt reads") {
  const auto row = GENERATE(values<Override>({
      {"https://x/?exp=1", 1},
      {"https://x/?a=b&exp=0#exp=1", 0},
      {"https://x/?exp=1.9", 1},
      {"https://x/?exp= 1px", 1},
      {"https://x/?exp=+1", 1},
      {"https://x/?exp=0x1", 1},
      {"https://x/?exp=-0", 0},
      {"https://x/?exp=1=0", 1},
      {"https://x/?exp=1?exp=0", 1},
      {"https://x/?exp=4", std::nullopt},
      {"https://x/?exp=-1", std::nullopt},
      {"https://x/?exp=99999999999999999999", std::nullopt},
      {"https://x/?exp=foo", std::nullopt},
      {"https://x/?exp=", std::nullopt},
      {"https://x/?exp", std::nullopt},
      {"https://x/?exp=foo&exp=1", std::nullopt},
      {"https://x/?exp2=1", std::nullopt},
      {"https://x/#?exp=1", 1},
      {"https://x/", std::nullopt},
      {"", std::nullopt},
  }));
  INFO(row.url);
  CHECK(query_override("exp", row.url, 4) == row.index);
}

}  // namespace
}  // namespace converge
