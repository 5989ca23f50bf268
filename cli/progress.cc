#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace converge::cli {

Progress::Progress(std::string label, std::uint64_t total)
    : label_(std::move(label)),
      total_(std::max<std::uint64_t>(total, 1)),
      terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (terminal_ && shown_ >= 0) std::fputs("\r\x1b[K", stderr);
}

void Progress::at(std::uint64_t done) {
  const int percent = static_cast<int>(std::min<std::uint64_t>(100, done * 100 / total_));
  if (!terminal_ || percent == shown_) return;
  shown_ = percent;
  const int filled = percent * 30 / 100;
  std::fprintf(stderr, "\r%s [%s%s] %3d %%", label_.c_str(),
               std::string(static_cast<std::size_t>(filled), '#').c_str(),
               std::string(static_cast<std::size_t>(30 - filled), '.').c_str(), percent);
  std::fflush(stderr);
}

}  // namespace converge::cli
