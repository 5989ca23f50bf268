#pragma once

#include <cstdint>
#include <string>

namespace converge::cli {

/// A progress bar on stderr when that is a terminal, silence otherwise. One thread.
class Progress {
 public:
  Progress(std::string label, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::uint64_t done);

 private:
  std::string label_;
  std::uint64_t total_;
  int shown_ = -1;  ///< per cent
  bool terminal_;
};

}  // namespace converge::cli
