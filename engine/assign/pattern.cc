#include "engine/assign/pattern.h"

// Hostile patterns end after this many steps with an exception, which means "no match". Boost casts
// the number in the old style, and the compiler blames the line of the definition.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#define BOOST_REGEX_MAX_STATE_COUNT 1000000
#include <boost/regex.hpp>
#pragma GCC diagnostic pop

#include <exception>
#include <locale>

#include "engine/assign/pattern_translation.h"
#include "engine/assign/utf16.h"

namespace converge {
namespace {

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

/// The translation writes everything but references as hexadecimal units and classes.
bool has_back_reference(const std::string& translated) {
  return translated.find("\\g{") != std::string::npos;
}

}  // namespace

struct Pattern::Compiled {
  boost::wregex regex;
  std::size_t subject_bytes_max = kSubjectBytesMax;
  Case letters = Case::kSensitive;
};

Result<Pattern> Pattern::compile(std::string_view text, Case letters) {
  const Result<std::string> translated = translate_pattern(text, letters);
  if (!translated) return translated.error();
  try {
    auto compiled = std::make_shared<Compiled>();
    compiled->letters = letters;
    if (has_back_reference(*translated)) {
      compiled->subject_bytes_max = kBackReferenceSubjectBytesMax;
    }
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
  if (subject.size() > compiled_->subject_bytes_max) return false;
  try {
    return boost::regex_search(wide_units(subject, compiled_->letters), compiled_->regex);
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace converge
