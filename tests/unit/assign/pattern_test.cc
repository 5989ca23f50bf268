#include "engine/assign/pattern.h"

#include <catch2/catch.hpp>
#include <chrono>

namespace converge {
namespace {

using Case = Pattern::Case;

bool found(const std::string& pattern, const std::string& subject,
           Case letters = Case::kSensitive) {
  const Result<Pattern> compiled = Pattern::compile(pattern, letters);
  INFO(pattern << " in " << subject);
  REQUIRE(compiled.has_value());
  return compiled->found_in(subject);
}

Errc refusal(const std::string& pattern) {
  const Result<Pattern> compiled = Pattern::compile(pattern, Case::kSensitive);
  INFO(pattern);
  REQUIRE_FALSE(compiled.has_value());
  return compiled.error().code;
}

TEST_CASE("Patterns: anchors mean the text's ends, not its lines'") {
  CHECK(found("^a$", "a"));
  CHECK_FALSE(found("^a$", "a\n"));
  CHECK_FALSE(found("^b", "a\nb"));
  CHECK_FALSE(found("a$", "a\nb"));
}

TEST_CASE("Patterns: the dot stops at JavaScript's line ends only") {
  for (const char* end : {"\n", "\r", "\xE2\x80\xA8", "\xE2\x80\xA9"})
    CHECK_FALSE(found("^.$", end));
  for (const char* other : {"\f", "\v", "\xC2\x85", "\t"}) CHECK(found("^.$", other));
}

TEST_CASE("Patterns: searches work on UTF-16 units") {
  CHECK(found("^.$", "é"));
  CHECK_FALSE(found("^.$", "😀"));
  CHECK(found("^..$", "😀"));
  CHECK(found("\\ud83d\\ude00", "😀"));
}

TEST_CASE("Patterns: escapes that Boost reads otherwise") {
  CHECK(found("\\u0041\\x42\\103\\cJ\\0", std::string("ABC\n\0", 5)));
  CHECK(found("\\u004", "u004"));
  CHECK(found("\\A\\z\\Q\\E\\<\\h\\p{L}", "AzQE<hp{L}"));
  CHECK(found("\\8\\9", "89"));
  CHECK(found("[\\b]", "\b"));
  CHECK(found("\\c", "\\c"));
  CHECK(found("^[\\c_]$", "\x1F"));
}

TEST_CASE("Patterns: classes") {
  CHECK(found("^[^]$", "\n"));
  CHECK_FALSE(found("[]", "a"));
  CHECK(found("^[[:alpha:]]$", "a]"));
  CHECK(found("^[a-\\d]+$", "a-5"));
  CHECK_FALSE(found("^[a-\\d]$", "b"));
  CHECK(found("^[\\w-]+$", "a_-9"));
  CHECK(found("^[\\D]$", "x"));
  CHECK(found("^\\s+$", "\xC2\xA0\xEF\xBB\xBF\xE3\x80\x80\v"));
  CHECK_FALSE(found("\\w", "é"));
  CHECK_FALSE(found("\\d", "٣"));
  CHECK_FALSE(found("\\bé", "é"));
  CHECK(found("^[^\\W_]$", "a"));
  CHECK(found("^[^a-c]$", "d"));
}

TEST_CASE("Patterns: braces and brackets without meaning are literals") {
  CHECK(found("^a{,3}$", "a{,3}"));
  CHECK(found("^x{$", "x{"));
  CHECK(found("^{}]$", "{}]"));
  CHECK(found("^a{2}$", "aa"));
  CHECK(found("^a{1,}?$", "aaa"));
}

TEST_CASE("Patterns: groups, references and looks") {
  CHECK(found("^(?:(a)|b)\\1$", "b"));
  CHECK(found("^(a)\\1$", "aa"));
  CHECK_FALSE(found("^(a)\\1$", "ab"));
  CHECK(found("^\\2(a)(b)$", "ab"));
  CHECK(found("^(?<n>a)\\k<n>$", "aa"));
  CHECK(found("\\k<n>", "k<n>"));
  CHECK(found("a(?=b)", "ab"));
  CHECK_FALSE(found("a(?!b)", "ab"));
  CHECK(found("(?<=a)b", "ab"));
  CHECK(found("(?<!c)b", "ab"));
  CHECK(found("(?=a)*b", "b"));
  CHECK(found("", "x"));
  CHECK(found("^(|a)$", ""));
  CHECK(found("^(?:a|)$", ""));
  CHECK(found("(a*)*b", "b"));
}

TEST_CASE("Patterns: the flag i uses ECMAScript's Canonicalize") {
  CHECK(found("straße", "STRAßE", Case::kInsensitive));
  CHECK(found("É", "é", Case::kInsensitive));
  CHECK(found("ς", "Σ", Case::kInsensitive));
  CHECK(found("^[a-z]+$", "ABC", Case::kInsensitive));
  CHECK(found("^[Z-a]$", "z", Case::kInsensitive));
  CHECK_FALSE(found("[^a]", "A", Case::kInsensitive));
  CHECK_FALSE(found("ſ", "s", Case::kInsensitive));
  CHECK_FALSE(found("\xE2\x84\xAA", "k", Case::kInsensitive));
  CHECK(found("(a)\\1", "aA", Case::kInsensitive));
  CHECK_FALSE(found("[А-Я]", "a", Case::kInsensitive));
  CHECK(found("[А-Я]", "ж", Case::kInsensitive));
}

TEST_CASE("Patterns: what JavaScript refuses is refused, Boost's own syntax included") {
  for (const char* pattern : {"(",
                              ")",
                              "[",
                              "a**",
                              "*",
                              "a+?+",
                              "a++",
                              "+a",
                              "{1}",
                              "a{2,1}",
                              "[b-a]",
                              "\\",
                              "(?i)a",
                              "(?>a)",
                              "(?#x)",
                              "(?P<n>a)",
                              "(?<n>a)(?<n>b)",
                              "(?<1>a)",
                              "(?<n>a)\\k<m>",
                              "(?<=a)*",
                              "^*",
                              "\\b+"}) {
    CHECK(refusal(pattern) == Errc::kInvalidArgument);
  }
}

TEST_CASE("Patterns: what JavaScript accepts and this version does not is named as that") {
  CHECK(refusal("(?<=a+)b") == Errc::kUnsupported);
}

TEST_CASE("Patterns: a hostile pattern is no match within a bounded time") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(found("^(a+)+$", std::string(4000, 'a') + "b"));
  CHECK_FALSE(found("^(a|aa)*c$", std::string(4000, 'a')));
  CHECK_FALSE(found("(x+x+)+y", std::string(4000, 'x')));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

}  // namespace
}  // namespace converge
