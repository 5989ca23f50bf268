#pragma once

#include <cstddef>
#include <istream>
#include <string>

namespace converge::cli {

enum class LineRead { kLine, kTooLong, kEnd };

/// The next line without its end. Of a line longer than `bytes_max` nothing is kept and the rest is
/// skipped, so that no input decides how much memory is used.
LineRead read_bounded_line(std::istream& input, std::size_t bytes_max, std::string& line);

}  // namespace converge::cli
