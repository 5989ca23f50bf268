#include "cli/bounded_line.h"

#include <streambuf>

namespace converge::cli {

LineRead read_bounded_line(std::istream& input, std::size_t bytes_max, std::string& line) {
  using Traits = std::istream::traits_type;
  line.clear();
  bool is_too_long = false;
  bool has_read = false;
  std::streambuf& bytes = *input.rdbuf();
  for (Traits::int_type c = bytes.sbumpc(); !Traits::eq_int_type(c, Traits::eof());
       c = bytes.sbumpc()) {
    has_read = true;
    if (Traits::to_char_type(c) == '\n') return is_too_long ? LineRead::kTooLong : LineRead::kLine;
    is_too_long = is_too_long || line.size() == bytes_max;
    if (!is_too_long) line += Traits::to_char_type(c);
  }
  if (is_too_long) return LineRead::kTooLong;
  return has_read ? LineRead::kLine : LineRead::kEnd;
}

}  // namespace converge::cli
