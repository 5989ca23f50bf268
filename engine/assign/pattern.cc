#include "engine/assign/pattern.h"

#include <boost/regex.hpp>
#include <cstddef>
#include <exception>
#include <iterator>
#include <locale>
#include <stdexcept>

#include "engine/assign/pattern_translation.h"
#include "engine/assign/utf16.h"

namespace converge {
namespace {

/// Units that one search may read; no ordinary pattern comes near it. Boost's own limit grows with
/// the square of the pattern's size, so that hostile patterns would go on for many seconds.
constexpr std::size_t kReadsMax = 2'000'000;

/// A place in a subject, which counts the units that are read through it and its copies.
class CountedUnit {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = wchar_t;
  using difference_type = std::ptrdiff_t;
  using pointer = const wchar_t*;
  using reference = const wchar_t&;

  CountedUnit() = default;
  CountedUnit(const wchar_t* at, std::size_t& reads) : at_(at), reads_(&reads) {}

  reference operator*() const {
    if (++*reads_ > kReadsMax) throw std::runtime_error("too many steps");
    return *at_;
  }
  CountedUnit& operator++() { return *this += 1; }
  CountedUnit& operator--() { return *this += -1; }
  CountedUnit operator++(int) {
    const CountedUnit before = *this;
    ++*this;
    return before;
  }
  CountedUnit operator--(int) {
    const CountedUnit before = *this;
    --*this;
    return before;
  }
  CountedUnit& operator+=(difference_type by) {
    at_ += by;
    return *this;
  }
  CountedUnit& operator-=(difference_type by) { return *this += -by; }
  friend difference_type operator-(const CountedUnit& a, const CountedUnit& b) {
    return a.at_ - b.at_;
  }
  friend bool operator==(const CountedUnit& a, const CountedUnit& b) { return a.at_ == b.at_; }

 private:
  const wchar_t* at_ = nullptr;
  std::size_t* reads_ = nullptr;
};

/// One wchar_t per UTF-16 unit: Boost.Regex has no char16_t traits, and JavaScript matches units.
std::wstring wide_units(std::string_view utf8, Pattern::Case letters) {
  std::wstring wide;
  wide.reserve(utf8.size());
  for_each_utf16_unit(utf8, [&](char16_t unit) {
    wide +=
        static_cast<wchar_t>(letters == Pattern::Case::kInsensitive ? regex_canonical(unit) : unit);
  });
  return wide;
}

}  // namespace

struct Pattern::Compiled {
  boost::wregex regex;
  Case letters = Case::kSensitive;
};

Result<Pattern> Pattern::compile(std::string_view text, Case letters) {
  const Result<std::string> translated = translate_pattern(text, letters);
  if (!translated) return translated.error();
  try {
    auto compiled = std::make_shared<Compiled>();
    compiled->letters = letters;
    // \b asks the locale what a letter is; JavaScript means ASCII.
    compiled->regex.imbue(std::locale::classic());
    const std::string pattern = translated->empty() ? "(?:)" : *translated;
    compiled->regex.assign(std::wstring(pattern.begin(), pattern.end()), boost::regex::perl);
    Pattern result;
    result.compiled_ = std::move(compiled);
    return result;
  } catch (const std::exception& failure) {
    return Error{Errc::kUnsupported, std::string("regular expression not supported here, although "
                                                 "JavaScript accepts it: ") +
                                         failure.what()};
  }
}

bool Pattern::found_in(std::string_view subject) const {
  if (subject.size() > kSubjectBytesMax) return false;
  try {
    const std::wstring units = wide_units(subject, compiled_->letters);
    std::size_t reads = 0;
    return boost::regex_search(CountedUnit(units.data(), reads),
                               CountedUnit(units.data() + units.size(), reads), compiled_->regex);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace converge
